"""Surveys and the register of improvements, for staff (SOP 9)."""
