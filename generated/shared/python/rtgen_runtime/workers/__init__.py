"""Several worker processes as one server: who starts and ends them, and how each takes part."""
