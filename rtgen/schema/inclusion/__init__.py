"""Inclusion of one schema in another, on resolved types: what `rtgen breaking` decides by."""

from rtgen.schema.inclusion.deciding import Answer, Excluded, Included, Inclusion, Undecided

__all__ = ["Answer", "Excluded", "Included", "Inclusion", "Undecided"]
