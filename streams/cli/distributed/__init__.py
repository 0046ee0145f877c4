"""Commands of the distributed runtime: its processes, and what is done before they start."""
