"""The model of a contract: what every later stage reads."""
