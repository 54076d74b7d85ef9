"""A WebSocket server of our own (RFC 6455): a codec without I/O, and `asyncio` protocols around it."""
