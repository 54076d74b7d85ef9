"""The client half of the runtime: a pure machine, and a thin driver over a socket."""
