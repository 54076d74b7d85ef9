"""Yours: rtgen wrote this once and never changes it. Builds the app from your handlers."""

import collab
from editor.shelf import Shelf
from rtgen_runtime import Authenticator

from .document import Document


def create_app(shelf: Shelf | None = None, *, auth: Authenticator | None = None) -> collab.CollabApp:
    """The app that `python -m` serves; the type checker names a channel without a handler."""
    return collab.CollabApp(document=Document(shelf or Shelf()), auth=auth)
