"""Yours: rtgen wrote this once and never changes it. Builds the app from your handlers."""

import rules

from .things import Things


def create_app() -> rules.RulesApp:
    """The app that `python -m` serves; the type checker names a channel without a handler."""
    return rules.RulesApp(things=Things())
