"""`docs/ci.md` and `docs/versions.md`: recipes are YAML and run here, hooks are hooks, options are options."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from repositories import Repository, contract, repository

from rtgen.checks.evolution.exceptions import read_accepted
from rtgen.cli.main import main
from rtgen.config import read_config
from rtgen.source.loader import load_bytes
from rtgen.versions import breaking_rules

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
VERSIONS = (ROOT / "docs" / "versions.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent
TARGET = "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"


def recipes(page: str = PAGE) -> list[Any]:
    """The page's YAML blocks, read."""
    return [yaml.safe_load(each) for each in re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)]


def recipe(key: str) -> Any:
    """The one block that has a key."""
    (found,) = [each for each in recipes() if isinstance(each, dict) and key in each]
    return found


def run(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A line of a recipe, as a runner runs it: by bash, and with its exit code."""
    paths = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", command.replace("${{ github.base_ref }}", "main")],
        cwd=folder,
        env={**os.environ, "PATH": paths, "GITHUB_STEP_SUMMARY": "", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """What a runner has: `main` at `origin`, and a branch checked out that takes a mood away."""
    origin = repository(tmp_path_factory.mktemp("origin"), {"specs/demo.yaml": contract(moods="glad, sad, wild")})
    here = repository(tmp_path_factory.mktemp("clone"))
    here.git("remote", "add", "origin", origin.folder.as_uri())
    here.git("fetch", "--quiet", "origin")
    here.git("checkout", "--quiet", "--detach", "origin/main")
    here.write({"specs/demo.yaml": contract(version="2.0.0", moods="glad, wild")})
    for verb in ("format", "generate"):
        assert run(f"rtgen {verb}", here.folder).returncode == 0
    return here


def test_github_actions(clone: Repository) -> None:
    workflow = recipe("jobs")
    steps = workflow["jobs"]["contracts"]["steps"]
    assert steps[0]["with"] == {"fetch-depth": 0}
    commands = [each["run"] for each in steps if "run" in each]
    assert commands[0] == "pip install rtgen"
    done = run(commands[1], clone.folder)
    assert done.returncode == 4
    assert done.stdout.startswith("::error file=specs/demo.yaml,line=")
    (scanning,) = [each for each in recipes() if isinstance(each, list)]
    done = run(scanning[0]["run"], clone.folder)
    assert done.returncode == 4
    assert (clone.folder / scanning[1]["with"]["sarif_file"]).is_file()


def test_gitlab(clone: Repository) -> None:
    job = recipe("contracts")["contracts"]
    install, *script = job["script"]
    assert install == "pip install rtgen"
    codes = [run(line, clone.folder, **{TARGET: "main"}).returncode for line in script]
    assert codes == [0, 0, 4]
    report = yaml.safe_load((clone.folder / job["artifacts"]["reports"]["codequality"]).read_text(encoding="utf-8"))
    assert [each["check_name"] for each in report] == ["enum-value-removed"]


def test_the_hooks_are_in_the_repository_and_are_commands() -> None:
    hooks = {each["id"]: each for each in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    (source,) = recipe("repos")["repos"]
    assert {each["id"] for each in source["hooks"]} <= set(hooks)
    for name, hook in hooks.items():
        program, verb = hook["entry"].split(" ")
        assert (program, f"rtgen-{verb}") == ("rtgen", name)
        assert verb in main.commands
        assert hook["pass_filenames"] is False


def test_the_settings_are_settings() -> None:
    breaking = recipe("breaking")
    text = yaml.safe_dump({"specs": ["a.yaml"], "targets": {"python": {"out": "o"}}, **breaking})
    loaded = read_config(load_bytes(text.encode(), "rtgen.yaml", Path("rtgen.yaml")))
    assert loaded.config is not None
    assert (loaded.config.breaking.against, loaded.config.breaking.order) == ("git:main", "server-first")


def test_the_exception_is_one() -> None:
    (shown,) = re.findall(r"^```yaml\n(accepted:.*?)^```$", VERSIONS, re.MULTILINE | re.DOTALL)
    rules = [each.id for each in breaking_rules()]
    (accepted,), findings = read_accepted(load_bytes(shown.encode(), "a.yaml", Path("a.yaml")), rules)
    assert findings == ()
    assert accepted.rule in rules


@pytest.mark.parametrize("page", [PAGE, VERSIONS])
def test_every_command_and_option_that_is_named_exists(page: str) -> None:
    named = re.findall(r"rtgen ([a-z]+)((?: [^`\n]*)?)", page)
    seen = 0
    for verb, rest in named:
        if verb not in main.commands:
            continue
        known = {option for parameter in main.commands[verb].params for option in parameter.opts}
        wanted = set(re.findall(r"(?<= )--[a-z-]+", rest))
        assert wanted <= known | {"--depth"}, (verb, rest)
        seen += 1
    assert seen > 5
