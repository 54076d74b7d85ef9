"""The option `package: true`: what it describes is what is built, and the built package runs."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from rtgen.api import Place, check_places, generate, load_contract
from rtgen.source.span import file_start

ROOT = Path(__file__).parents[3]
MODULES = ROOT / "tests" / "web" / "node_modules"
CHAT = load_contract(ROOT / "specs/chat.yaml")
HERE = file_start("rtgen.yaml")


def places(outs: dict[str, str], **options: str | bool) -> list[Place]:
    client = {"package": True, **options}
    return [Place(name, out, client if name == "typescript" else {}, HERE, {}) for name, out in outs.items()]


def made(outs: dict[str, str], **options: str | bool) -> dict[str, str]:
    """All files, by their paths from the project's folder."""
    generated, findings = generate([CHAT], places(outs, **options))
    assert findings == ()
    return {str(each.out / file.path): file.text for each in generated for file in each.files}


def described(outs: dict[str, str], **options: str | bool) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(made(outs, **options)["client/package.json"])
    return found


def complaints(**options: str | bool) -> list[str]:
    _, findings = generate([CHAT], places({"typescript": "client"}, **options))
    return [
        f"{each.rule}: {each.message}"
        for each in (*check_places(places({"typescript": "client"}, **options)), *findings)
    ]


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([*map(str, command)], check=False, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


EVERYWHERE = {"typescript": "client", "react": "client", "vue": "client", "angular": "client/ng"}


def test_a_client_alone_needs_nothing() -> None:
    package = described({"typescript": "client"})
    assert package["name"] == "chat-client"
    assert package["private"] is True, "nobody publishes it by mistake"
    assert package["version"] == "1.0.0"
    assert package["type"] == "module"
    assert package["sideEffects"] is False
    assert set(package["exports"]) == {".", "./runtime", "./testing", "./types", "./validators", "./package.json"}
    assert "peerDependencies" not in package
    assert set(package["devDependencies"]) == {"typescript"}


def test_hooks_in_the_package_are_exported_and_ask_only_those_who_use_them() -> None:
    package = described(EVERYWHERE)
    assert {"./react", "./vue", "./angular"} <= set(package["exports"])
    assert package["peerDependencies"] == {
        "@angular/common": ">=20",
        "@angular/core": ">=20",
        "react": ">=18",
        "rxjs": "^7.4.0",
        "vue": ">=3.5",
    }
    assert package["peerDependenciesMeta"] == {name: {"optional": True} for name in package["peerDependencies"]}


def test_hooks_elsewhere_are_not_of_the_package() -> None:
    package = described({"typescript": "client", "react": "web"})
    assert "./react" not in package["exports"]
    assert "peerDependencies" not in package


@pytest.mark.parametrize("framework", ["react", "vue", "angular"])
def test_peers_are_what_hooks_import(framework: str) -> None:
    texts = made({"typescript": "client", framework: "client"})
    modules = [text for path, text in texts.items() if path.endswith(".ts")]
    found = {name for text in modules for name in re.findall(r'\bfrom "([@\w][^"]*)"', text)}
    imported = {"/".join(name.split("/")[: 2 if name[0] == "@" else 1]) for name in found}
    peers = json.loads(texts["client/package.json"])["peerDependencies"]
    assert imported <= set(peers), "what is imported can be installed"


def test_a_name_may_hold_the_contracts_and_can_be_published() -> None:
    package = described({"typescript": "client"}, name="@acme/{contract}-realtime")
    assert package["name"] == "@acme/chat-realtime"
    assert "private" not in package


@pytest.mark.parametrize("name", ["Chat", "../chat", "@acme", "a b", '"', ".chat", "@a/{name}", "x" * 200, "a\n"])
def test_names_that_npm_refuses_are_refused(name: str) -> None:
    shown = f"wrong-value: `{name}` can't be the value of `name`"
    assert shown in complaints(name=name)


def test_a_name_without_a_package_is_told() -> None:
    (told,) = complaints(package=False, name="chat-client")
    assert told == "config: `name` of the target `typescript` names a package, and none is written"


def test_modules_of_a_package_need_whole_names() -> None:
    assert any("`extension` can't be `none`" in each for each in complaints(extension="none"))


@pytest.mark.parametrize("extension", [".js", ".ts"])
def test_the_package_is_built_typed_and_runs(extension: str, tmp_path: Path) -> None:
    for path, text in made(EVERYWHERE, extension=extension).items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    package = tmp_path / "client"
    (package / "node_modules").symlink_to(MODULES)
    run("node", MODULES / "typescript/bin/tsc", cwd=package)
    exports = json.loads((package / "package.json").read_text())["exports"]
    for name, target in exports.items():
        for place in target.values() if isinstance(target, dict) else [target]:
            assert (package / place).is_file(), name

    user = tmp_path / "user"
    (user / "node_modules").mkdir(parents=True)
    (user / "node_modules/chat-client").symlink_to(package)
    (user / "index.mjs").write_text(
        'import { createChatClient } from "chat-client";\n'
        'import { checkAuthor } from "chat-client/validators";\n'
        'const room = createChatClient({ url: "ws://x" }).room({ roomId: "a" });\n'
        "console.log(room.address, checkAuthor({}));\n"
    )
    node = shutil.which("node")
    assert node is not None
    assert run(node, "index.mjs", cwd=user) == "rooms/a false\n"


def test_prettier_changes_nothing(tmp_path: Path) -> None:
    for name in ("package.json", "tsconfig.json"):
        (tmp_path / name).write_text(made(EVERYWHERE)[f"client/{name}"])
    prettier = MODULES / "prettier/bin/prettier.cjs"
    run("node", prettier, "--check", "package.json", "tsconfig.json", cwd=tmp_path)
