"""The target `typescript`: a framework-free client, its types and its validators."""
