"""Owns the disk: one manifest a folder, atomic writes, and nothing of the user's lost."""
