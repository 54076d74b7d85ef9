"""`testing.ts`: in no page's bundle, at home everywhere, and right for every contract that can be written."""

import json
import shutil
import subprocess
from pathlib import Path
from textwrap import indent

from compilers import TSC
from small_contracts import HEAD, contract

from rtgen.api import load_contract
from rtgen.contract.model import Contract
from rtgen.targets.target import TargetRequest
from rtgen.targets.typescript.target import TARGET

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
MODULES = ROOT / "tests" / "web" / "node_modules"
CHAT = ROOT / "specs" / "chat.yaml"


def written(source: Contract, folder: Path) -> dict[str, str]:
    """The generated client in a folder, and its files."""
    result = TARGET.generate(TargetRequest(source, "0", {"package": False, "extension": ".js"}))
    assert result.findings == ()
    for each in result.files:
        place = folder / each.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(each.text, encoding="utf-8")
    return {str(each.path): each.text for each in result.files}


def bundled(folder: Path, entry: str, *options: str) -> tuple[Path, set[str]]:
    """A bundle of a module beside the contract's folder, and the modules of which something is in it."""
    (folder / "entry.ts").write_text(entry, encoding="utf-8")
    out, facts = folder / "bundle.mjs", folder / "facts.json"
    fixed = ("--bundle", "--format=esm", f"--outfile={out}", f"--metafile={facts}", "--log-level=error")
    esbuild = MODULES / ".bin" / "esbuild"
    subprocess.run([str(esbuild), "entry.ts", *fixed, *options], check=True, cwd=folder)
    (output,) = (each for each in json.loads(facts.read_text())["outputs"].values() if each["bytes"])
    return out, {name for name, part in output["inputs"].items() if part["bytesInOutput"]}


def ran(bundle: Path) -> object:
    done = subprocess.run([shutil.which("node") or "node", bundle], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def typed(folder: Path) -> None:
    """The strictest settings find nothing."""
    settings = {"extends": str(ROOT / "tests/web/tsconfig.base.json"), "include": ["**/*.ts"]}
    (folder / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    compiler = [shutil.which("node") or "node", str(TSC), "-p", str(folder)]
    done = subprocess.run(compiler, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


EVERYTHING = """
import * as chat from "./chat/index.js";
console.log(chat, chat.createChatClient({ url: "ws://x" }).room({ roomId: "x" }).retain());
"""


def test_a_page_has_nothing_of_it_even_if_it_keeps_all_of_the_client(tmp_path: Path) -> None:
    files = written(load_contract(CHAT), tmp_path)
    bundle, modules = bundled(tmp_path, EVERYTHING)
    assert "chat/client.ts" in modules
    assert {"runtime/link.ts", "runtime/client.ts", "runtime/core.ts"} & modules
    assert [each for each in modules if "testing" in each] == []
    text = bundle.read_text()
    assert "fake.invalid" in files["runtime/testing/fake.ts"]
    for word in ("fake.invalid", "Body 1", "FakeServer", "MemoryNetwork"):
        assert word not in text, word


USED = """
import { createFakeChat } from "./chat/testing.js";
const chat = createFakeChat();
const room = chat.client.room({ roomId: "general" });
const heard: string[] = [];
room.on("posted", ({ body }) => heard.push(body));
room.retain();
await chat.settled();
const server = chat.channels.room({ roomId: "general" });
server.push("posted", server.example("posted"));
chat.drop();
await chat.advance(20_000);
console.log(JSON.stringify([heard, room.state.getSnapshot().status]));
"""


def test_it_needs_neither_a_platform_nor_a_test_framework(tmp_path: Path) -> None:
    files = written(load_contract(CHAT), tmp_path)
    bundle, modules = bundled(tmp_path, USED, "--platform=browser")
    assert "runtime/testing/fake.ts" in modules
    imported = [line for path, text in files.items() for line in text.splitlines() if " from " in line]
    assert not any('from "node:' in line or "vitest" in line or "jest" in line for line in imported)
    assert ran(bundle) == [["Body 1"], "joined"]


SAID = """
import * as channels from "./every-thing/channels.js";
import { createFakeEveryThing } from "./every-thing/testing.js";
type Open = (place: object) => Record<string, (...given: unknown[]) => unknown>;
const fake = createFakeEveryThing();
const said: Record<string, unknown[]> = {};
const place = { class: "a", somethingElse: "b" };
for (const definition of [channels.everything, channels.deleteChannel, channels.silent]) {
  fake.client.channel(definition as typeof channels.silent, place).retain();
  await fake.settled();
  const end = (fake.channels as unknown as Record<string, Open>)[definition.name]!(place);
  for (const name of [...Object.keys(definition.events), ...Object.keys(definition.relays)]) {
    said[name] = [1, 2, 3, 4, 5].map(() => end["push"]!(name, end["example"]!(name)));
  }
  for (const name of Object.keys(definition.requests)) said[name] = [end["exampleReply"]!(name) !== undefined];
}
console.log(JSON.stringify(said));
"""


def test_what_it_shows_of_every_type_is_valid_by_the_contract_s_own_checks(tmp_path: Path) -> None:
    written(load_contract(HERE / "contracts" / "everything.yaml"), tmp_path)
    bundle, _ = bundled(tmp_path, SAID)
    said = ran(bundle)
    assert isinstance(said, dict)
    assert said["whatever"] == said["tick"] == said["poke"] == [True] * 5
    assert said["ask"] == [True]


EXAMPLES = f"""{HEAD}
schemas:
  Note:
    type: object
    required: [text]
    properties: {{ text: {{ type: string }}, who: {{ type: string, examples: [Ada] }} }}
  Real: {{ type: object, properties: {{ at: {{ type: string }} }}, examples: [{{ at: here }}] }}
channels:
  room:
    address: room
    presence: {{ $ref: '#/schemas/Real' }}
    events:
      own: {{ from: server, payload: {{ $ref: '#/schemas/Note' }}, examples: [{{ text: first }}, {{ text: second }}] }}
      typed: {{ from: server, payload: {{ $ref: '#/schemas/Real' }} }}
      made: {{ from: server, payload: {{ $ref: '#/schemas/Note' }} }}
      ask: {{ from: client, reply: {{ $ref: '#/schemas/Note', examples: [{{ text: said }}] }} }}
"""


def test_the_contract_s_own_examples_come_first() -> None:
    result = TARGET.generate(TargetRequest(contract(EXAMPLES), "0", {"package": False, "extension": ".js"}))
    text = next(each.text for each in result.files if str(each.path) == "demo/testing.ts")
    assert 'own: [{ text: "first" }, { text: "second" }]' in text
    assert 'typed: [{ at: "here" }]' in text
    assert '{ text: "Text 1", who: "Ada" }' in text
    assert 'ask: [{ text: "said" }]' in text
    assert 'members: [{ at: "here" }]' in text


NAMES = ("channels", "facts", "open", "fake", "serverEnd", "channelFacts", "params", "checks", "testingOptions")
CHANNEL = """
address: '{0}/{{id}}'
parameters: {{ id: {{ type: string }} }}
presence: {{ type: 'null' }}
events:
  a:
    from: client
    payload: {{ type: object, properties: {{ x: {{ type: integer }} }} }}
    reply: {{ type: 'null' }}
    errors: [no]
"""


def test_no_name_of_a_contract_is_taken_for_one_of_its_own(tmp_path: Path) -> None:
    made = "".join(f"  {name}:{indent(CHANNEL.format(name), '    ')}" for name in NAMES)
    head = "rtgen: 1\ncontract: options\nversion: 1.0.0\nerrors: { no: { description: No. } }\n"
    written(contract(f"{head}channels:\n{made}"), tmp_path)
    typed(tmp_path)


def test_a_contract_without_channels_has_none(tmp_path: Path) -> None:
    files = written(contract(f"{HEAD}channels: {{}}\n"), tmp_path)
    assert "demo/index.ts" in files
    assert "demo/testing.ts" not in files
