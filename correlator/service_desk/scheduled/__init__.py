"""What is done by the calendar: reports that are made and sent, records that are late (SOP 7, 8, 10)."""
