"""Small git repositories for tests: a project with contracts, commit by commit."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

CONFIG = "specs: ['specs/*.yaml']\ntargets: { python: { out: build/python } }\n"

_ALONE = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
}


def contract(name: str = "demo", version: str = "1.0.0", moods: str = "glad, sad", more: str = "") -> str:
    """A contract with one event that clients send: taking a mood away breaks them."""
    return (
        f"rtgen: 1\ncontract: {name}\nversion: {version}\ndescription: About moods.\n{more}"
        f"channels:\n  room:\n    description: Where people meet.\n    address: {name}\n    events:\n"
        "      feel:\n        description: Say how you are.\n        from: client\n        payload:\n"
        "          type: object\n          required: [mood]\n          properties:\n"
        f"            mood: {{ enum: [{moods}], description: How you are. }}\n"
    )


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository in a folder of its own, untouched by the settings of this machine."""

    folder: Path

    def git(self, *words: str) -> str:
        """What git prints."""
        done = subprocess.run(
            ["git", *words], cwd=self.folder, env={**os.environ, **_ALONE}, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def write(self, files: dict[str, str]) -> None:
        """Write files, and commit nothing."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")

    def commit(self, files: dict[str, str], *gone: str, tag: str = "") -> None:
        """Write files, remove others, and commit all of it."""
        self.write(files)
        for name in gone:
            (self.folder / name).unlink()
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a change")
        if tag:
            self.git("tag", tag)


def repository(folder: Path, files: dict[str, str] | None = None) -> Repository:
    """A new repository on `main`; with files, they are its first commit, and there is a configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Repository(folder)
    made.git("init", "--quiet", "--initial-branch", "main")
    if files is not None:
        made.commit({"rtgen.yaml": CONFIG, **files})
    return made
