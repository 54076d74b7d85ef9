"""The three hook targets: what they write, where it points, and which contracts they refuse."""

import shutil
import subprocess
from pathlib import Path, PurePosixPath

import pytest

from rtgen.contract.model import Channel, Contract, Parameter
from rtgen.files import File, FileKind
from rtgen.schema.deprecation import Deprecation
from rtgen.schema.types import Notes, StringType
from rtgen.source.finding import Finding
from rtgen.source.span import Position, Span
from rtgen.targets.angular.target import TARGET as ANGULAR
from rtgen.targets.react.target import TARGET as REACT
from rtgen.targets.target import Target, TargetRequest
from rtgen.targets.vue.target import TARGET as VUE

ROOT = Path(__file__).parents[3]
PRETTIER = ROOT / "tests/web/node_modules/prettier/bin/prettier.cjs"
TARGETS = (REACT, VUE, ANGULAR)
PREFIX = {"react": "use", "vue": "use", "angular": "inject"}

every_target = pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)


def place(line: int) -> Span:
    return Span("specs/chat.yaml", Position(line, 3), Position(line, 9))


def channel(name: str, *parameters: str, description: str = "", line: int = 1, gone: str = "") -> Channel:
    return Channel(
        name=name,
        address="/".join([name, *(f"{{{each}}}" for each in parameters)]),
        parameters=tuple(Parameter(each, StringType()) for each in parameters),
        events=(),
        notes=Notes(description=description),
        deprecation=Deprecation(since=gone) if gone else None,
        span=place(line),
    )


def contract(*channels: Channel, name: str = "chat") -> Contract:
    return Contract(
        name=name, version="1.0.0", types=(), errors=(), channels=channels, source="specs/chat.yaml", hash="0" * 16
    )


def made(target: Target, of: Contract, sibling: str = "../typescript") -> dict[str, File]:
    options = {"extension": ".js"}
    result = target.generate(TargetRequest(of, "0.1", options, siblings={"typescript": PurePosixPath(sibling)}))
    assert result.findings == ()
    return {str(each.path): each for each in result.files}


def refused(target: Target, of: Contract) -> tuple[Finding, ...]:
    result = target.generate(TargetRequest(of, "0.1", siblings={"typescript": PurePosixPath("../typescript")}))
    assert result.files == ()
    return result.findings


@every_target
def test_a_channel_becomes_one_function(target: Target) -> None:
    text = made(target, contract(channel("lobby"), channel("room", "roomId")))[f"chat/{target.name}.ts"].text
    prefix = PREFIX[target.name]
    assert f"export function {prefix}Lobby(): ChannelBinding<Lobby>" in text
    assert f"export function {prefix}Room(params: " in text
    assert f"{prefix}ChatConnection()" in text


@every_target
@pytest.mark.parametrize(
    ("sibling", "client", "core"),
    [
        ("../typescript", "../../typescript/chat/index.js", "../../../typescript/runtime/index.js"),
        (".", "./index.js", "../index.js"),
        ("../../core/ts", "../../../core/ts/chat/index.js", "../../../../core/ts/runtime/index.js"),
    ],
)
def test_imports_lead_to_where_the_client_is(target: Target, sibling: str, client: str, core: str) -> None:
    files = made(target, contract(channel("lobby")), sibling)
    assert f'from "{client}";' in files[f"chat/{target.name}.ts"].text
    assert files[f"runtime/{target.name}/core.ts"].text == f'export * from "{core}";\n'


@every_target
def test_beside_the_client_the_bridge_is_the_one_in_the_templates(target: Target) -> None:
    bridge = made(target, contract(channel("lobby")))[f"runtime/{target.name}/core.ts"]
    assert bridge.kind is FileKind.GENERATED
    assert bridge.text == (ROOT / f"templates/{target.name}/runtime/{target.name}/core.ts").read_text()


@every_target
def test_the_adapter_is_copied_byte_for_byte(target: Target) -> None:
    files = made(target, contract(channel("lobby")))
    source = ROOT / "templates" / target.name / "runtime"
    copied = {path: each.text for path, each in files.items() if each.kind is FileKind.RUNTIME}
    expected = {f"runtime/{path.relative_to(source)}": path.read_text() for path in source.rglob("*.ts")}
    del expected[f"runtime/{target.name}/core.ts"]
    assert copied == expected


@every_target
def test_words_of_the_contract_become_comments_and_stay_there(target: Target) -> None:
    words = "Ends it */ globalThis.stolen = 1;\n@ts-nocheck"
    text = made(target, contract(channel("lobby", description=words, gone="1.2")))[f"chat/{target.name}.ts"].text
    assert "Ends it *\\/ globalThis.stolen = 1;" in text
    assert "\n * @ts-nocheck" not in text
    assert "\n * @deprecated since 1.2\n" in text


@every_target
@pytest.mark.parametrize("name", ["event", "request", "resync", "channel", "client", "connection"])
def test_a_channel_named_like_a_hook_of_ours_is_refused(target: Target, name: str) -> None:
    (finding,) = refused(target, contract(channel("lobby"), channel(name, line=7)))
    assert finding.rule == "hook-name"
    assert finding.span == place(7)
    assert f"the hook of channel `{name}`" in finding.message


@pytest.mark.parametrize("name", ["event-list", "event-stream", "latest", "presence"])
def test_nor_may_one_be_called_like_what_angular_has_more(name: str) -> None:
    (finding,) = refused(ANGULAR, contract(channel(name, line=7)))
    assert finding.rule == "hook-name"


@every_target
def test_two_names_that_become_one_are_shown_with_both_places(target: Target) -> None:
    findings = refused(target, contract(channel("sideRoom", line=3), channel("side-room", line=9)))
    assert [(each.span, each.related[0].span) for each in findings] == [(place(9), place(3))] * len(findings)
    assert {each.message.split()[1] for each in findings} == {"hook", "type"}


@every_target
def test_a_channel_may_not_take_the_name_of_the_connection(target: Target) -> None:
    (finding,) = refused(target, contract(channel("chatConnection", line=5)))
    assert "contract `chat`" in finding.message
    assert finding.span == place(5)


@every_target
@pytest.mark.parametrize("words", [1, 4, 7, 12])
def test_a_formatter_has_nothing_to_do(target: Target, words: int, tmp_path: Path) -> None:
    node = shutil.which("node", path=ROOT / ".venv/bin") or shutil.which("node")
    assert node is not None, "no Node: run `make setup`"
    long = contract(
        channel("room" + "Long" * words, "roomId"), channel("lobby" + "Wide" * words), name="chat" + "-long" * words
    )
    files = made(target, long)
    for path, each in files.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(each.text)
    command = [node, str(PRETTIER), "--no-config", "--print-width=120", "--list-different", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.stdout == ""
    assert run.returncode == 0, run.stderr
