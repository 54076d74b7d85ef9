"""TypeScript validation beside ajv standalone, and what events add to a page.

    python benchmarks/validating_typescript.py

Both sides run in one Node process, in turns; a figure is that of the quickest round. ajv is given what it is quickest
with: `allErrors: false`, a discriminator for the union, and the types that events carry, not those inside them.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from record import Row, write

from rtgen import api
from rtgen.schema.types import Json
from rtgen.source.span import file_start
from rtgen.targets.typescript.channels import carried_types

HERE = Path(__file__).parent
ROOT = HERE.parent
WORKSPACE = HERE / "typescript" / "workspace.yaml"
CHAT = ROOT / "specs" / "chat.yaml"
MODULES = ROOT / "tests" / "web" / "node_modules"
EVENTS = 30


def generate(contract: api.Contract, folder: Path) -> None:
    """Write the contract's TypeScript to a folder."""
    generated, findings = api.generate([contract], [api.Place("typescript", ".", {}, file_start("bench"), {})])
    if findings:
        raise RuntimeError("; ".join(each.message for each in findings))
    for made in generated:
        for file in made.files:
            place = folder / file.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(file.text, encoding="utf-8")


def joined(folder: Path) -> api.Contract:
    """The chat's contract with the workspace's thirty events added."""
    chat, more = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in (CHAT, WORKSPACE))
    for part in ("schemas", "errors", "channels"):
        chat[part] |= more[part]
    path = folder / "joined.yaml"
    path.write_text(yaml.safe_dump(chat, sort_keys=False), encoding="utf-8")
    return api.load_contract(path)


def documents(contract: api.Contract) -> dict[str, Json]:
    """The schemas, without the bound of integers that the compiler adds to each."""
    return {each.name: _as_written(each.document) for each in contract.types}


def _as_written(document: Json) -> Json:
    if isinstance(document, dict):
        kept = {key: _as_written(each) for key, each in document.items() if (key, each) != ("maximum", 2**53 - 1)}
        if "oneOf" in kept:
            kept |= {"type": "object", "discriminator": {"propertyName": "kind"}}
        return kept
    return [_as_written(each) for each in document] if isinstance(document, list) else document


def page(contract: api.Contract) -> dict[str, Json]:
    """What a page needs to know of a contract: its name, what makes its client, and its checks."""
    checked = [each.name for each in contract.types]
    checked += [f"{channel.name.title()}Params" for channel in contract.channels if channel.parameters]
    create = f"create{contract.name.title()}Client"
    return {"contract": contract.name, "create": create, "checks": [f"check{name}" for name in checked]}


def figures(folder: Path) -> Any:
    """Generate, bundle and measure."""
    workspace, chat, both = api.load_contract(WORKSPACE), api.load_contract(CHAT), joined(folder)
    pages = {"thirty": workspace, "before": chat, "after": both}
    for name, contract in pages.items():
        generate(contract, folder / name)
    task = {
        "names": list(dict.fromkeys(carried_types(workspace))),
        "documents": documents(workspace),
        "pages": {name: page(contract) for name, contract in pages.items()},
    }
    (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")
    command = [shutil.which("node") or "node", str(HERE / "typescript" / "main.mjs"), str(folder), str(MODULES)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def rows(found: Any) -> Iterator[Row]:
    """Times, sizes of validators, and what an event adds to a page."""
    for work, times in found["times"].items():
        yield Row(work, "ajv, full formats", times["ajv full"], "ns")
        yield Row(work, "ajv, fast formats", times["ajv fast"], "ns")
        for other in ("full", "fast"):
            ratio = times["ours"] / times[f"ajv {other}"]
            yield Row(work, "generated", times["ours"], "ns", f"ajv, {other} formats", ratio, "≤ 0.75", ratio <= 0.75)
    sizes = found["sizes"]
    work = f"validators of {EVENTS} events, minified, gzip"
    ratio = sizes["ours"] / sizes["ajv fast"]
    yield Row(work, "ajv, fast formats", sizes["ajv fast"], "B")
    yield Row(work, "generated", sizes["ours"], "B", "ajv, fast formats", ratio, "≤ 0.5", ratio <= 0.5)
    before, after = found["pages"]["before"], found["pages"]["after"]
    each = {key: (after[key] - before[key]) / EVENTS for key in before}
    yield Row("page with the chat's client, gzip", "generated and runtime", before["all"], "B")
    yield Row("the same, an event more", "all of it", each["all"], "B", goal="≤ 300 B", met=each["all"] <= 300)
    yield Row("the same, an event more", "its checks", each["all"] - each["unchecked"], "B")
    yield Row("the same, an event more", "its names and tables", each["unchecked"], "B")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        results = figures(Path(name))
    write("validating_typescript", list(rows(results)), [], results["versions"], figures="The quickest of 301 rounds")
