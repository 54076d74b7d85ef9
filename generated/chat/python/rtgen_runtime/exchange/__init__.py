"""The exchange of one machine: it has the store, the presence and the revocations of all workers, and sets the order."""
