"""What a repair has not repaired: by the words that stand, and by who calls since."""
