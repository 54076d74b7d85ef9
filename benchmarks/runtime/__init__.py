"""The generated runtime beside other servers: `python -m runtime`, or `make bench`."""
