"""Commands on the data folder as a whole."""
