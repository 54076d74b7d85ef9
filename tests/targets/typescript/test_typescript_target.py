"""What the target prints passes the strictest tools as it stands, whatever a contract says."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from compilers import TSC
from small_contracts import contract

from rtgen.api import load_contract
from rtgen.contract.model import Contract
from rtgen.targets.target import TargetRequest, TargetResult
from rtgen.targets.typescript.target import TARGET

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
WEB = ROOT / "tests" / "web"
MODULES = WEB / "node_modules"
EVERYTHING = HERE / "contracts" / "everything.yaml"


def made(source: Contract, **options: str | bool) -> TargetResult:
    return TARGET.generate(TargetRequest(source, "0", {"package": False, "extension": ".js", **options}))


def texts(source: Contract, **options: str | bool) -> dict[str, str]:
    result = made(source, **options)
    assert result.findings == ()
    return {str(each.path): each.text for each in result.files}


def rules(source: Contract) -> list[str]:
    result = made(source)
    assert not result.findings or not result.files
    return [each.message for each in result.findings]


def node(*command: str | Path, cwd: Path) -> None:
    done = subprocess.run(
        [shutil.which("node") or "node", *map(str, command)], check=False, cwd=cwd, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def write(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("everything"), texts(load_contract(EVERYTHING)))


def configure(folder: Path, **options: object) -> None:
    settings = {"extends": str(WEB / "tsconfig.base.json"), "compilerOptions": options, "include": ["**/*.ts"]}
    (folder / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")


def type_check(folder: Path, **options: object) -> None:
    configure(folder, **options)
    node(TSC, "-p", folder, cwd=folder)


def test_it_is_typed_strictly(everything: Path) -> None:
    type_check(everything, noPropertyAccessFromIndexSignature=True)


def test_it_is_linted_strictly_without_suppressions(everything: Path) -> None:
    configure(everything)
    plugin = (MODULES / "typescript-eslint/dist/index.js").as_posix()
    (everything / "eslint.config.mjs").write_text(
        f'import tseslint from "{plugin}";\n'
        # The runtime is a copy: it is linted where it is written.
        'export default tseslint.config({ ignores: ["runtime/"] }, '
        '{ files: ["**/*.ts"], extends: [tseslint.configs.strictTypeChecked], '
        "linterOptions: { noInlineConfig: true }, languageOptions: { parserOptions: "
        f'{{ project: ["tsconfig.json"], tsconfigRootDir: "{everything.as_posix()}" }} }} }});\n',
        encoding="utf-8",
    )
    node(MODULES / "eslint/bin/eslint.js", "--max-warnings", "0", ".", cwd=everything)


def test_prettier_changes_nothing(everything: Path) -> None:
    settings = WEB / ".prettierrc.json"
    node(MODULES / "prettier/bin/prettier.cjs", "--config", settings, "--check", f"{everything}/**/*.ts", cwd=WEB)


@pytest.mark.parametrize("length", [1, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44])
def test_prettier_changes_nothing_however_long_the_names_are(length: int, tmp_path: Path) -> None:
    long = "x" * length
    source = contract(f"""
rtgen: 1
contract: demo
version: 1.0.0
schemas:
  T{long}:
    type: object
    required: [p{long}]
    properties:
      p{long}: {{ type: string, format: uuid, pattern: '^a$' }}
      q{long}: {{ type: array, items: {{ enum: [a{long}, b{long}, c] }} }}
      r{long}: {{ anyOf: [{{ $ref: '#/schemas/T{long}' }}, {{ type: 'null' }}] }}
      s{long}: {{ type: object, additionalProperties: {{ $ref: '#/schemas/T{long}' }} }}
      t{long}: {{ type: array, items: {{ type: array, items: {{ type: [string, 'null'] }} }} }}
errors:
  e{long}: {{ description: No., data: {{ $ref: '#/schemas/T{long}' }} }}
  f{long}: {{ description: No. }}
channels:
  c{long}:
    address: c/{{p{long}}}
    parameters: {{ p{long}: {{ type: string, pattern: '^a$' }} }}
    events:
      v{long}:
        from: client
        payload: {{ $ref: '#/schemas/T{long}' }}
        reply: {{ $ref: '#/schemas/T{long}' }}
        errors: [e{long}, f{long}]
      w{long}: {{ from: client, relay: true, payload: {{ $ref: '#/schemas/T{long}' }} }}
      y{long}: {{ from: server, recorded: true, payload: {{ $ref: '#/schemas/T{long}' }} }}
  single{long}:
    address: single
    events:
      z{long}: {{ from: client, reply: {{ enum: [{", ".join(f"v{index}{long}" for index in range(9))}] }} }}
  quiet{long}:
    address: quiet
    events: {{}}
""")
    files = {path: text for path, text in texts(source).items() if not path.startswith("runtime/")}
    folder = write(tmp_path, files)
    settings = WEB / ".prettierrc.json"
    node(MODULES / "prettier/bin/prettier.cjs", "--config", settings, "--check", f"{folder}/**/*.ts", cwd=WEB)


@pytest.mark.parametrize("extension", [".ts", "none"])
def test_import_specifiers_end_as_asked(extension: str, tmp_path: Path) -> None:
    files = texts(load_contract(ROOT / "specs/chat.yaml"), extension=extension)
    assert not any('.js"' in text for text in files.values())
    type_check(write(tmp_path, files), allowImportingTsExtensions=True)


def test_every_run_gives_the_same_bytes() -> None:
    program = (
        "import sys; sys.path.insert(0, 'tests/targets/typescript'); sys.path.insert(0, 'tests');"
        "from test_typescript_target import *; import hashlib;"
        "print(hashlib.sha256(repr(texts(load_contract(EVERYTHING))).encode()).hexdigest())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program],
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(runs) == 1


def test_nothing_of_the_machine_is_in_it() -> None:
    for path, text in texts(load_contract(EVERYTHING)).items():
        assert str(ROOT) not in text, path
        assert "eslint-disable" not in text, path
        assert "@ts-" not in text, path


SIMPLE = "rtgen: 1\ncontract: demo\nversion: 1.0.0\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            SIMPLE + "schemas: { Channel: { type: string } }\nchannels: { room: { address: r, events: {} } }\n",
            "the type `Channel` would be called `Channel`, a name that the generated client needs itself",
        ),
        (
            SIMPLE + "schemas: { Promise: { type: string } }\nchannels: { room: { address: r, events: {} } }\n",
            "the type `Promise` would be called `Promise`, a name that the generated client needs itself",
        ),
        (
            SIMPLE + "schemas: { Room: { type: string } }\nchannels: { room: { address: r, events: {} } }\n",
            "the handle of channel `room` and the type `Room` would both be called `Room` in TypeScript",
        ),
        (
            SIMPLE + "channels: { connect: { address: r, events: {} } }\n",
            "channel `connect` would hide the client's own `connect`",
        ),
        (
            SIMPLE + "channels: { room: { address: r, events: { retain: { from: client } } } }\n",
            "event `retain` would hide the channel's own `retain`",
        ),
        (
            SIMPLE + "channels: { room: { address: r, events: { then: { from: client, relay: true } } } }\n",
            "event `then` would hide the channel's own `then`",
        ),
    ],
)
def test_names_that_the_client_can_not_give_are_findings(text: str, message: str) -> None:
    assert rules(contract(text)) == [message]


def test_what_only_the_server_says_may_have_any_name() -> None:
    text = (
        SIMPLE + "channels: { room: { address: r, events: { retain: { from: server }, state: { from: server } } } }\n"
    )
    assert rules(contract(text)) == []
