"""The bus of one machine: worker processes around an exchange, which keeps what they share and sets the order."""
