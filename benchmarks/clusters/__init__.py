"""`make bench-redis`: two nodes around Redis beside one node, and beside others' clusters."""
