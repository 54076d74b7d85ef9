"""rtgen: one YAML event contract in, a validated real-time conversation out."""

__version__ = "0.1.0"
