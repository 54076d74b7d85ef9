"""What generated Python needs at run time: the ranges of pyproject's extra `server`."""

from typing import Final

REQUIREMENTS: Final = (
    "jsonschema-rs>=0.33,<1",
    "msgspec>=0.20,<1",
    "websockets>=15,<18",
)


JWT_REQUIREMENTS: Final = ("pyjwt[crypto]>=2.10,<3",)
"""What the servers of contracts with `auth.jwt` need too: pyproject's extra `jwt`."""


PYDANTIC_REQUIREMENTS: Final = ("pydantic>=2.11,<3",)
"""What `models: pydantic` needs too: pyproject's extra `pydantic`."""


def requirements_text(*, pydantic: bool = False) -> str:
    """`requirements.txt`."""
    head = "# What the generated server and client need. Written by rtgen."
    return "\n".join([head, *sorted((*REQUIREMENTS, *(PYDANTIC_REQUIREMENTS if pydantic else ()))), ""])


def jwt_requirements_text() -> str:
    """`requirements-jwt.txt`: a file of its own, since contracts without tokens may share the folder."""
    head = "# What a generated server that verifies tokens needs. Written by rtgen."
    return "\n".join([head, "-r requirements.txt", *JWT_REQUIREMENTS, ""])
