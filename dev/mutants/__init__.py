"""A sample of mutations, each of which a test should notice: `make mutants`."""
