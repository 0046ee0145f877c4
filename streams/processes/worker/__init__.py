"""The worker: folds the journal as the domain's owner, and tells others what was decided."""
