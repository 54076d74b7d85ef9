from pathlib import Path, PurePosixPath

import pytest

from rtgen import api
from rtgen.files import Completion, File, FileKind
from rtgen.source.finding import error
from rtgen.source.span import file_start
from rtgen.targets.target import Option, Target, TargetRequest, TargetResult


def _generate(request: TargetRequest) -> TargetResult:
    """One file with what it was told, one runtime file, and one of the user's."""
    contract = request.contract
    if contract.name == "unprintable":
        return TargetResult(findings=(error("fake", "this target can't print it", contract.span or file_start("x")),))
    siblings = " ".join(f"{name}={path}" for name, path in sorted(request.siblings.items()))
    text = f"{contract.source} {contract.version} {request.text_option('handlers')} {siblings}\n"
    events = [event.name for channel in contract.channels for event in channel.client_events]
    lines = {
        name: (f"    def {name}(self) -> None:", f"        raise NotImplementedError({name!r})") for name in events
    }
    completions = tuple(Completion("Base", name, lines[name], f"event `{name}`") for name in events)
    body = "\n\n".join("\n".join(each) for each in lines.values())
    skeleton = f'class Mine(Base):\n    """Yours."""\n\n{body}\n'
    return TargetResult(
        (
            File(PurePosixPath(contract.name, "out.txt"), text),
            File(PurePosixPath("runtime/base.txt"), "runtime\n", FileKind.RUNTIME),
            File(PurePosixPath(request.text_option("handlers"), "mine.py"), skeleton, FileKind.YOURS, completions),
        )
    )


_OPTIONS = (
    Option("handlers", str, "handlers", "Where your handlers are."),
    Option("style", str, "plain", "How.", ("plain", "fancy")),
    Option("loud", bool, False, "Whether."),
)
TARGETS = {
    "fake": Target("fake", "For tests.", _generate, _OPTIONS),
    "hook": Target("hook", "Needs the other.", _generate, _OPTIONS, needs=("fake",)),
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, with two targets installed."""

    def installed(names: object = None) -> dict[str, Target]:
        return {name: each for name, each in TARGETS.items() if names is None or name in names}  # type: ignore[operator]

    monkeypatch.setattr(api, "installed_targets", installed)
    monkeypatch.setattr(api, "installed_names", lambda: tuple(TARGETS))
    monkeypatch.chdir(tmp_path)
    return tmp_path
