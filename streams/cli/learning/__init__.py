"""Weeks of the journal in, proposals out; nothing is ever applied by itself."""
