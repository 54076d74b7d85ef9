"""A small REST application: users, and notifications about them in a SQLite database."""
