"""How a contract is written down: one canonical text for each, with its comments. Knows no semantics but key order."""
