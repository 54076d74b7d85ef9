"""Owns JSON Schema: keywords, the closed union of type nodes, portable patterns, number ranges."""
