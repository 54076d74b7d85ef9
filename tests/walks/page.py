"""What a page of `docs/` tells a newcomer to do, from `rtgen init` to a page that works, taken from its text."""

import re
from dataclasses import dataclass

from example_runs import ROOT

PAGES = ("react", "vue", "angular")

SERVER_PORT = "8765"


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """The part "A page in ten minutes", step by step."""

    name: str
    install: str
    """Shell: installs rtgen, makes the project and its front end."""
    target: str
    """The line of `rtgen.yaml` that is a comment until now."""
    files: tuple[tuple[str, str], ...]
    """Paths in the project, and their content."""
    serve: tuple[str, str]
    """Shell, each for a terminal of its own: the server, and the front end."""
    address: str
    """What to open twice."""


def written(name: str) -> WrittenPage:
    """The steps of `docs/<name>.md`.

    Raises:
        ValueError: It is not written as the others are.
    """
    text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    part = text.split("\n## A page in ten minutes\n", 1)[1].split("\n## ", 1)[0]
    install, serve = re.findall(r"^```sh\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)
    server, front_end = serve.splitlines()
    (target,) = re.findall(r"take the `# ` away before `(.+?)`", part)
    (address,) = re.findall(r"open (http://\S+?) twice", part)
    files = tuple(re.findall(r"^```\w+ (\S+)\n(.*?)^```$", part, re.MULTILINE | re.DOTALL))
    return WrittenPage(name, install, target, files, (server, front_end), address)


_EVENT = ('"greeted"', '"greetd"')
_HOOKS = (_EVENT, ("execute({ name })", "execute({ nam: name })"), ("payload.text", "payload.txt"))
_FUNCTIONS = (_EVENT, ("{ name: name.value }", "{ nam: name.value }"), ("each.payload.text", "each.payload.txt"))

MISTAKES = {"react": _HOOKS, "vue": _HOOKS, "angular": _FUNCTIONS}
"""What each page says the build points out."""
