"""What front ends get of a client: only what they use, and checks that hostile values can't exhaust."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from small_contracts import contract

from rtgen.api import load_contract
from rtgen.contract.model import Contract
from rtgen.targets.target import TargetRequest
from rtgen.targets.typescript.target import TARGET

ROOT = Path(__file__).parents[3]
ESBUILD = ROOT / "tests/web/node_modules/.bin/esbuild"


def bundled(source: Contract, folder: Path, entry: str, *options: str) -> Path:
    """A bundle of `entry`, a module beside the contract's own folder."""
    result = TARGET.generate(TargetRequest(source, "0", {"package": False, "extension": ".js"}))
    for each in result.files:
        place = folder / each.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(each.text, encoding="utf-8")
    (folder / "entry.ts").write_text(entry, encoding="utf-8")
    out = folder / "bundle.mjs"
    fixed = ("--bundle", "--format=esm", f"--outfile={out}", "--log-level=error")
    subprocess.run([str(ESBUILD), str(folder / "entry.ts"), *fixed, *options], check=True)
    return out


ONE_CHANNEL = """
import { Client, lobby } from "./chat/index.js";
new Client({ name: "chat", version: "1.0.0", hash: "" }, { url: "ws://x" }).channel(lobby, {}).retain();
"""
ONE_CHECK = 'import { checkAuthor } from "./chat/validators.js";\nconsole.log(checkAuthor({}));\n'


@pytest.mark.parametrize("options", [(), ("--minify",)], ids=["plain", "minified"])
def test_channels_that_a_page_does_not_use_are_not_in_it(options: tuple[str, ...], tmp_path: Path) -> None:
    text = bundled(load_contract(ROOT / "specs/chat.yaml"), tmp_path, ONE_CHANNEL, *options).read_text()
    assert "roomOpened" in text
    assert "roomId" in text, "what the channel carries is checked"
    for unused in ("rooms/{roomId}", "readers", "sentAt", "RoomSendPayload", "thinking"):
        assert unused not in text, unused


FLAGGED = """
rtgen: 1
contract: demo
version: 1.0.0
flags: { compact: { description: Less of everything., percent: 5 } }
channels: { room: { address: room, events: {} } }
"""
CREATE = 'import { createDemoClient } from "./demo/index.js";\ncreateDemoClient({ url: "ws://x" });\n'


def test_only_contracts_with_flags_bring_what_reads_them(tmp_path: Path) -> None:
    plain = FLAGGED.replace("flags: { compact: { description: Less of everything., percent: 5 } }\n", "")
    texts = [
        bundled(contract(each), tmp_path / str(number), CREATE, "--minify").read_text()
        for number, each in enumerate((FLAGGED, plain))
    ]
    assert ["$flags" in each for each in texts] == [True, False]
    assert len(texts[1]) < len(texts[0])


def test_a_check_brings_only_what_it_asks(tmp_path: Path) -> None:
    text = bundled(load_contract(ROOT / "specs/chat.yaml"), tmp_path, ONE_CHECK).read_text()
    assert "function checkAuthor" in text
    for unused in ("checkMessage", "validatorsOf", "WebSocket", "class Client", "class Place", "MESSAGES", "uuid"):
        assert unused not in text, unused


TREE = """
rtgen: 1
contract: demo
version: 1.0.0
schemas:
  Tree: { type: object, properties: { tree: { $ref: '#/schemas/Tree' }, forest: { $ref: '#/schemas/Forest' } } }
  Forest: { type: array, items: { anyOf: [{ $ref: '#/schemas/Tree' }, { type: 'null' }] } }
  Garden: { type: object, properties: { tree: { $ref: '#/schemas/Tree' } } }
  Leaf: { type: object, properties: { color: { type: string } } }
channels: { room: { address: room, events: {} } }
"""
JUDGE = """
import { validators } from "./demo/validators.js";
let tree: unknown = {};
for (let level = 0; level < 100_000; level++) tree = { tree };
const { Tree, Forest, Garden, Leaf } = validators;
const said = [Tree!({ tree }), Forest!([tree]), Garden!({ tree }), Leaf!({ tree })];
console.log(JSON.stringify(said.map(([first]) => first?.code ?? "valid")));
"""


def test_recursive_checks_are_not_led_as_deep_as_a_value_goes(tmp_path: Path) -> None:
    bundle = bundled(contract(TREE), tmp_path, JUDGE, "--platform=node")
    done = subprocess.run([shutil.which("node") or "node", bundle], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == ["depth", "depth", "depth", "valid"]
