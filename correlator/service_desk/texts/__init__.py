"""What customers write, read: complaints by a model that ships with the package, answers by words."""
