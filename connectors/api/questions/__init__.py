"""What a customer answers, and to which question: known to the doors and to who reads the rows for them."""
