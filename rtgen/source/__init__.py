"""Reads text and reports positions. Knows no semantics."""
