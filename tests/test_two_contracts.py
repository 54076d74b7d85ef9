"""Two contracts of one project in the same folders: one runtime for both, at both ends, and they run side by side."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from compilers import TSC

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "tests" / "web"
MODULES = WEB / "node_modules"
BIN = Path(sys.executable).parent

CONFIG = """\
specs: [specs/*.yaml]
targets:
  python: { out: server/generated, handlers: 'server/{contract}_handlers' }
  typescript: { out: web/src/realtime }
  react: { out: web/src/realtime }
  vue: { out: web/src/realtime }
  angular: { out: web/src/realtime }
"""
COMMON = """\
schemas:
  Word: { description: A word., type: string, minLength: 1, maxLength: 32 }
"""
SPEC = """\
rtgen: 1
contract: %(name)s
version: 1.0.0
title: The %(name)s
schemas:
  %(type)s:
    description: What the two have in different shapes.
    type: object
    required: [%(property)s]
    properties: { %(property)s: { $ref: './common.yaml#/schemas/Word' } }
errors:
  taken: { description: Somebody was faster. }
channels:
  room:
    description: One room.
    address: %(name)s/{roomId}
    parameters: { roomId: { type: string, maxLength: 64, description: Its name. } }
    history: { keep: 10, for: 1h }
    events:
      put:
        description: Put it there.
        from: client
        payload: { $ref: '#/schemas/%(type)s' }
        reply: { $ref: '#/schemas/%(type)s' }
        errors: [taken]
      stands: { description: It stands., from: server, recorded: true, payload: { $ref: '#/schemas/%(type)s' } }
"""
CONTRACTS = [
    {"name": "chess", "type": "Move", "property": "square"},
    {"name": "cards", "type": "Card", "property": "suit"},
]

SERVERS = """\
import asyncio
import sys

import cards
import chess
from rtgen_runtime import listen


class Chess(chess.RoomHandler):
    async def put(self, ctx: chess.RoomContext, payload: chess.Move) -> chess.Move:
        return chess.Move(square=payload.square.upper())


class Cards(cards.RoomHandler):
    async def put(self, ctx: cards.RoomContext, payload: cards.Card) -> cards.Card:
        raise cards.Taken()


async def main() -> None:
    async with (
        listen(chess.ChessApp(room=Chess())) as first,
        listen(cards.CardsApp(room=Cards())) as second,
        chess.ChessClient(first.url) as player,
        cards.CardsClient(second.url) as gambler,
    ):
        move = await (await player.room(room_id="a")).put(chess.Move(square="e4"))
        try:
            await (await gambler.room(room_id="a")).put(cards.Card(suit="hearts"))
        except cards.Taken:
            print(f"python {move.square} taken", flush=True)
        node = await asyncio.create_subprocess_exec("node", sys.argv[1], first.url, second.url)
        assert await node.wait() == 0


asyncio.run(main())
"""
PAGE = """\
import { createCardsClient, isErrorOf } from "./realtime/cards/index.js";
import { createChessClient } from "./realtime/chess/index.js";

declare const process: { readonly argv: readonly string[] };

const chess = createChessClient({ url: process.argv[2] ?? "" });
const cards = createCardsClient({ url: process.argv[3] ?? "" });
const board = chess.room({ roomId: "a" });
const table = cards.room({ roomId: "a" });
const release = [board.retain(), table.retain()];
await Promise.all([board.joined(), table.joined()]);
const move = await board.put({ square: "d5" });
try {
  await table.put({ suit: "spades" });
} catch (error) {
  if (isErrorOf(table, "put", error) && error.code === "taken") console.log(`typescript ${move.square} taken`);
}
for (const each of release) each();
chess.close();
cards.close();
"""


def passes(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(each) for each in command],
        check=False,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two")
    (folder / "specs").mkdir()
    (folder / "rtgen.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "specs" / "common.yaml").write_text(COMMON, encoding="utf-8")
    for each in CONTRACTS:
        (folder / "specs" / f"{each['name']}.yaml").write_text(SPEC % each, encoding="utf-8")
    passes(BIN / "rtgen", "generate", cwd=folder)
    return folder


def test_the_runtimes_are_there_once_and_belong_to_both(project: Path) -> None:
    for out, runtime in (
        ("server/generated", "rtgen_runtime/session.py"),
        ("web/src/realtime", "runtime/connection.ts"),
    ):
        copies = (project / out).rglob("*")
        assert [path for path in copies if path.as_posix().endswith(runtime)] == [project / out / runtime]
        entry = json.loads((project / out / ".rtgen-manifest.json").read_text(encoding="utf-8"))["files"][runtime]
        assert {owner.partition("/")[0] for owner in entry["for"]} == {"chess", "cards"}


def test_both_are_typed_and_run_side_by_side_at_both_ends(project: Path) -> None:
    server, web = project / "server", project / "web"
    (server / "servers.py").write_text(SERVERS, encoding="utf-8")
    packages = ("chess", "cards", "chess_handlers", "cards_handlers", "servers")
    named = [word for package in packages[:-1] for word in ("-p", package)]
    passes(sys.executable, "-m", "mypy", "--strict", *named, "-m", "servers", cwd=server, MYPYPATH="generated")

    (web / "src" / "page.ts").write_text(PAGE, encoding="utf-8")
    settings = {
        "extends": str(WEB / "tsconfig.base.json"),
        "compilerOptions": {
            "declaration": False,
            "isolatedDeclarations": False,
            "experimentalDecorators": True,
            "paths": {"*": [str(MODULES / "@types" / "*"), str(MODULES / "*")]},
        },
        "include": ["src"],
    }
    (web / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    passes("node", TSC, "-p", web, cwd=web)

    bundle: list[str | Path] = [
        MODULES / ".bin" / "esbuild",
        "src/page.ts",
        "--bundle",
        "--platform=node",
        "--format=esm",
    ]
    passes(*bundle, "--outfile=page.mjs", "--metafile=page.json", cwd=web)
    inputs = json.loads((web / "page.json").read_text(encoding="utf-8"))["inputs"]
    assert sorted(path for path in inputs if path.endswith("/connection.ts")) == ["src/realtime/runtime/connection.ts"]

    said = passes(sys.executable, "servers.py", web / "page.mjs", cwd=server, PYTHONPATH="generated")
    assert said.splitlines() == ["python E4 taken", "typescript D5 taken"]


def test_one_goes_and_the_other_keeps_what_both_had(project: Path) -> None:
    spec = project / "specs" / "cards.yaml"
    text = spec.read_text(encoding="utf-8")
    spec.unlink()
    try:
        passes(BIN / "rtgen", "generate", cwd=project)
        assert not (project / "server" / "generated" / "cards").exists()
        assert not (project / "web" / "src" / "realtime" / "cards").exists()
        assert (project / "server" / "generated" / "rtgen_runtime" / "session.py").is_file()
        assert (project / "server" / "cards_handlers" / "room.py").is_file()
        assert "is up to date" in passes(BIN / "rtgen", "generate", "--check", cwd=project)
    finally:
        spec.write_text(text, encoding="utf-8")
        passes(BIN / "rtgen", "generate", cwd=project)
    assert (project / "server" / "generated" / "cards" / "app.py").is_file()


def test_handlers_of_two_contracts_in_one_folder_are_told_apart(project: Path, tmp_path: Path) -> None:
    (tmp_path / "rtgen.yaml").write_text(
        "specs: [specs/*.yaml]\ntargets: { python: { out: out, handlers: handlers } }\n", encoding="utf-8"
    )
    (tmp_path / "specs").symlink_to(project / "specs")
    done = subprocess.run([BIN / "rtgen", "generate"], cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "error output-conflict" in done.stdout
    assert "`handlers: '{contract}_handlers'`" in done.stdout
