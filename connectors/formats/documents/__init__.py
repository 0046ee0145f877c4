"""Documents for people: a page as data, typeset as PDF, or as a workbook."""
