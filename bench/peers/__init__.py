"""Others under the same load, as a measure."""
