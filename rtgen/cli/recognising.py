"""`rtgen generate` when nothing has changed: known by a stamp, before anything heavy is imported or read as YAML."""

import hashlib
import json
import os
from pathlib import Path

from rtgen.cli.wish import Wish
from rtgen.source.locating import find_config
from rtgen.stamp import read_stamp


def recognised(wish: Wish, circumstances: str) -> str | None:
    """What the same call would print, when doing it all again would change nothing; else `None`."""
    stamp = read_stamp(project_of(wish), name_of(wish))
    if stamp is None or form_of(wish) not in stamp.answers or not stamp.holds(circumstances):
        return None
    return stamp.answers[form_of(wish)]


def project_of(wish: Wish) -> Path:
    """The folder that keeps the stamp: that of the configuration, else where the user stands; never one of outputs."""
    here = Path.cwd()
    found = wish.config or find_config(here)
    return here if found is None else Path(os.path.normpath(here / found)).parent


def name_of(wish: Wish) -> str:
    """The stamp's name: another one for all that makes another run. Forms share one, for they share the work."""
    here = Path.cwd()
    found = wish.config or find_config(here)
    paths = [str(each) for each in (here, found, wish.out)]
    asked = [paths, [each.as_posix() for each in wish.specs], wish.targets, wish.force]
    return "generate-" + hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]


def form_of(wish: Wish) -> str:
    """Under which name a stamp keeps what this call prints."""
    return f"{wish.form} --check" if wish.only_check else wish.form
