"""The rows that the state is made of, by the room that writes them."""
