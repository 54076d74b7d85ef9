"""Many nodes around Redis: streams are the history, Pub/Sub is the live path, one script call does both."""
