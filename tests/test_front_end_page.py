"""`docs/testing-front-ends.md`: its snippets compile in a project, its tests pass, and it names all that there is."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from compilers import TSC

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "tests" / "web"
PAGE = (ROOT / "docs" / "testing-front-ends.md").read_text(encoding="utf-8")
RUNTIME = ROOT / "templates" / "typescript" / "runtime" / "testing"
CONFIGURATION = """\
specs: [chat.yaml]
targets: { typescript: { out: web }, react: { out: web }, vue: { out: web }, angular: { out: web } }
"""

TRIED = {
    "jest.config.mjs": "jest/jest.config.mjs",
    ".storybook/main.js": "storybook/.storybook/main.js",
    "stories.test.tsx": "storybook/src/stories.test.tsx",
}
"""What `make integrations` tries, with packages of its own."""


def passes(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([str(each) for each in command], check=False, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with everything in one folder, and the snippets in it."""
    folder = tmp_path_factory.mktemp("front-end")
    (folder / "node_modules").symlink_to(WEB / "node_modules")
    (folder / "chat.yaml").write_bytes((ROOT / "specs" / "chat.yaml").read_bytes())
    (folder / "rtgen.yaml").write_text(CONFIGURATION, encoding="utf-8")
    passes(Path(sys.executable).parent / "rtgen", "generate", cwd=folder)
    blocks = re.findall(r"^```tsx? (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(blocks) == len(re.findall(r"^```tsx?", PAGE, re.MULTILINE)) == 8
    for name, code in blocks:
        if name not in TRIED:
            (folder / "web" / name).write_text(code, encoding="utf-8")
    return folder / "web"


def test_its_snippets_are_typed(project: Path) -> None:
    options = {
        "jsx": "react-jsx",
        "declaration": False,
        "isolatedDeclarations": False,
        "lib": ["es2024", "dom", "dom.iterable"],
    }
    settings = {"extends": str(WEB / "tsconfig.base.json"), "compilerOptions": options, "include": ["."]}
    (project / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    passes("node", TSC, "-p", project, cwd=project)


def test_its_tests_pass(project: Path) -> None:
    told = passes("node", WEB / "node_modules/vitest/vitest.mjs", "run", "--root", project, cwd=project)
    assert re.search(r"Tests\D*4 passed", re.sub(r"\x1b\[\d+m", "", told)), told


@pytest.mark.parametrize("name", TRIED)
def test_what_it_says_of_other_tools_is_what_was_tried(name: str) -> None:
    (code,) = re.findall(rf"^```\w+ {re.escape(name)}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert code == (ROOT / "tests/integrations/projects" / TRIED[name]).read_text(encoding="utf-8")


def members_of(file: str, head: str) -> set[str]:
    """The names of what a class or an interface shows."""
    text = (RUNTIME / file).read_text(encoding="utf-8").split(head)[1].split("\n}\n")[0]
    found = re.findall(r"^  (?:readonly |async |get )?(\w+)\??(?:<.*)?[(:]?", text, re.MULTILINE)
    return {name for name in found if name not in {"constructor", "readonly"}}


@pytest.mark.parametrize(
    ("file", "head"),
    [
        ("fake.ts", "export class Fake<"),
        ("fake.ts", "export interface TestingOptions"),
        ("server-end.ts", "export interface PlainEnd<"),
        ("server-end.ts", "export interface FakeMembers<"),
        ("server-end.ts", "export interface JoinRefusal"),
        ("mock.ts", "export interface MockOptions"),
    ],
)
def test_it_names_all_that_there_is(file: str, head: str) -> None:
    names = members_of(file, head)
    assert len(names) > 1
    assert [name for name in names if not re.search(rf"\b{name}\b", PAGE)] == []
