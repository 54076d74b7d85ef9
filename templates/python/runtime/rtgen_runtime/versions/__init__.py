"""Old clients at a new server: their frames are converted at the edge, so that everything behind it knows one version."""
