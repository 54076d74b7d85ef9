"""What import specifiers end in is one decision: the hooks follow their client, and all of it compiles together."""

import json
import re
import shutil
import subprocess
from pathlib import Path, PurePosixPath

import pytest
from compilers import TSC

from rtgen import api
from rtgen.files import File
from rtgen.source.span import file_start
from rtgen.targets.specifiers import with_extension

ROOT = Path(__file__).parents[3]
WEB = ROOT / "tests/web"
TARGETS = ("typescript", "react", "vue", "angular")
HERE = file_start("test")


def generated(folder: Path, out: str, **options: dict[str, str | bool]) -> list[Path]:
    """The chat's client and hooks; `out` may say `{target}`."""
    contract = api.load_contract(ROOT / "specs/chat.yaml")
    places = [api.Place(each, out.format(target=each), options.get(each, {}), HERE, {}) for each in TARGETS]
    made, findings = api.generate([contract], places)
    assert findings == ()
    for one in made:
        for file in one.files:
            place = folder / one.out / file.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(file.text, encoding="utf-8")
    return sorted(folder.rglob("*.ts"))


def endings(files: list[Path]) -> set[str]:
    specifiers = [each for file in files for each in re.findall(r'from "(\.[^"]+)"', file.read_text())]
    return {PurePosixPath(each).suffix for each in specifiers}


@pytest.mark.parametrize(("out", "extension", "ending"), [("web", ".ts", ".ts"), ("web/{target}", "none", "")])
def test_hooks_import_as_their_client_does(out: str, extension: str, ending: str, tmp_path: Path) -> None:
    files = generated(tmp_path, out, typescript={"extension": extension})
    assert endings(files) == {ending}
    (tmp_path / "node_modules").symlink_to(WEB / "node_modules")
    options = {"allowImportingTsExtensions": True, "noPropertyAccessFromIndexSignature": True}
    settings = {"extends": str(WEB / "tsconfig.base.json"), "compilerOptions": options, "include": ["web/**/*.ts"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    node = shutil.which("node", path=ROOT / ".venv/bin") or "node"
    done = subprocess.run([node, TSC, "-p", tmp_path], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_hooks_may_be_asked_for_something_else(tmp_path: Path) -> None:
    generated(tmp_path, "{target}", vue={"extension": ".ts"})
    assert endings([*(tmp_path / "vue").rglob("*.ts")]) == {".ts"}
    assert endings([*(tmp_path / "react").rglob("*.ts"), *(tmp_path / "typescript").rglob("*.ts")]) == {""}


def test_unless_asked_nothing_ends_in_anything_which_all_bundlers_find(tmp_path: Path) -> None:
    assert endings(generated(tmp_path, "web")) == {""}


def test_a_package_and_its_hooks_say_what_node_and_browsers_read(tmp_path: Path) -> None:
    assert endings(generated(tmp_path, "web", typescript={"package": True})) == {".js"}


def test_only_specifiers_are_rewritten() -> None:
    text = (
        '/**\n * import { a } from "./a.js";\n */\nimport "./b.js";\nexport const words = \'from "./c.js"\';\n'
        'import {\n  d,\n} from "../d.js";\nexport * from "./e.js";\nimport { f } from "package/f.js";\n'
    )
    (file,) = with_extension([File(PurePosixPath("x.ts"), text)], ".ts")
    assert re.findall(r"\w\.ts\b", file.text) == ["b.ts", "d.ts", "e.ts"]
