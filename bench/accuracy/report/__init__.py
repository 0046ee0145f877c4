"""What came of it: the table, the plots, the page."""
