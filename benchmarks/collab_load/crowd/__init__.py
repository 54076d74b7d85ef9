"""The example's handlers, in a server that lets in all that come: the load does not come again."""

import collab
from editor.shelf import Shelf
from handlers.document import Document
from rtgen_runtime.settings import Settings


def create_app() -> collab.CollabApp:
    """The app that `python -m collab` serves."""
    return collab.CollabApp(document=Document(Shelf()), settings=Settings(accept_rate=None, join_rate=None))
