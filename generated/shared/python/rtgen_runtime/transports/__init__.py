"""Thin adapters between a WebSocket library and a session."""
