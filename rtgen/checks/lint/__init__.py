"""One file a rule, named as its id."""
