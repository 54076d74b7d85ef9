"""One file that keeps everything of one server: the durable default of one node."""
