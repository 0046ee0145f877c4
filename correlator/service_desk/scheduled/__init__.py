"""Reports that are made and sent by themselves (SOP 7, 8, 10)."""
