"""Yours: rtgen wrote this once and never changes it. Builds the app from your handlers."""

import kinds

from .things import Things


def create_app() -> kinds.KindsApp:
    """The app that `python -m` serves; the type checker names a channel without a handler."""
    return kinds.KindsApp(things=Things())
