"""Where recorded events are kept: one interface, one module for each place."""
