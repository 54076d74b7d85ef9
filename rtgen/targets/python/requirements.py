"""What generated Python needs at run time: the ranges of pyproject's extra `server`."""

from typing import Final

REQUIREMENTS: Final = (
    "jsonschema-rs>=0.33,<1",
    "msgspec>=0.20,<1",
    "websockets>=15,<18",
)


def requirements_text() -> str:
    """`requirements.txt`."""
    head = "# What the generated server and client need. Written by rtgen."
    return "\n".join([head, *REQUIREMENTS, ""])
