"""How findings are shown: one list, several forms."""
