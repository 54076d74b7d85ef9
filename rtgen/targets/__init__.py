"""Functions from a contract to a list of files; one folder a target."""
