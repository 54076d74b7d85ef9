"""What the processes that serve one contract tell each other: one interface, one package for each way."""
