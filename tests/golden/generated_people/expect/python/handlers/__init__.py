"""Yours: rtgen wrote this once and never changes it. Builds the app from your handlers."""

import people

from .desk import Desk


def create_app() -> people.PeopleApp:
    """The app that `python -m` serves; the type checker names a channel without a handler."""
    return people.PeopleApp(desk=Desk())
