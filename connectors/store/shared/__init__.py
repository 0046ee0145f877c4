"""What processes on several machines share beside the store, on PostgreSQL; files of one machine else."""
