"""What outlives a process: one interface for all of it, one module or folder for each place."""
