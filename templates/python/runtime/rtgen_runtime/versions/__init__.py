"""Old clients at a new server: their frames are converted at the edge, so that all behind it know one version."""
