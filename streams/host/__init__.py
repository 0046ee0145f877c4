"""The owner of a domain: loads its rows, folds the journal, commits; and the Worlds that it needs."""
