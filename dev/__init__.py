"""Tools of the people who work on Simpul; nothing shipped imports them."""
