"""The exchange of one machine: it has the store, presence and revocations of all workers, and sets the order."""
