import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_contracts import HEAD

from rtgen.cli.exit_codes import ExitCode, worst
from rtgen.cli.main import main

CONTRACT = HEAD + (
    "channels:\n  room:\n    address: room\n    events:\n"
    "      send: { description: Say it., from: client, payload: { type: 'null' } }\n"
)
CONFIG = "specs: [specs/*.yaml]\ntargets:\n  fake: { out: 'build/{contract}', handlers: 'mine/{contract}' }\n"
BROKEN = CONTRACT.replace("description", "desciption")


def rtgen(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def ready(project: Path) -> Path:
    write(project / "rtgen.yaml", CONFIG)
    write(project / "specs" / "demo.yaml", CONTRACT)
    return project


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_check_of_a_clean_project(ready: Path) -> None:
    done = rtgen("check")
    assert (done.exit_code, done.output) == (0, "no findings (1 contract read)\n")
    assert names(ready) == ["rtgen.yaml", "specs/demo.yaml"]


def test_check_tells_place_and_hint_and_exits_1(ready: Path) -> None:
    write(ready / "specs" / "demo.yaml", BROKEN)
    done = rtgen("check")
    assert done.exit_code == 1
    assert done.output == (
        "specs/demo.yaml:8:15 error unknown-key\n"
        "  `desciption` is not a key of `send`\n"
        "  8 |       send: { desciption: Say it., from: client, payload: { type: 'null' } }\n"
        "    |               ^^^^^^^^^^\n"
        "  help: Did you mean `description`?\n\n"
        "1 error (0 contracts read)\n"
    )


def test_check_as_json(ready: Path) -> None:
    write(ready / "specs" / "demo.yaml", BROKEN)
    done = rtgen("check", "--format", "json")
    assert json.loads(done.output) == {
        "version": 1,
        "exit": 1,
        "findings": [
            {
                "rule": "unknown-key",
                "severity": "error",
                "message": "`desciption` is not a key of `send`",
                "file": "specs/demo.yaml",
                "line": 8,
                "column": 15,
                "endLine": 8,
                "endColumn": 25,
                "hint": "Did you mean `description`?",
                "related": [],
            }
        ],
    }


def test_check_of_a_file_that_is_not_there(project: Path) -> None:
    done = rtgen("check", "absent.yaml")
    assert done.exit_code == 1
    assert done.output.startswith("absent.yaml:1:1 error unreadable-file\n")


def test_warnings_alone_are_clean(ready: Path) -> None:
    write(ready / "specs" / "demo.yaml", CONTRACT.replace("description: Say it., ", ""))
    done = rtgen("check")
    assert done.exit_code == 0
    assert "warning event-description" in done.output


def test_a_project_may_raise_and_ignore_rules(ready: Path) -> None:
    write(ready / "specs" / "demo.yaml", CONTRACT.replace("description: Say it., ", ""))
    write(ready / "rtgen.yaml", CONFIG + "lint: { rules: { event-description: error } }\n")
    assert rtgen("check").exit_code == 1
    ignore = "{ path: specs/*.yaml, rules: [event-*], because: frozen, until: 2999-01-01 }"
    write(ready / "rtgen.yaml", CONFIG + f"lint: {{ rules: {{ event-description: error }}, ignore: [{ignore}] }}\n")
    assert rtgen("check").output == "no findings (1 contract read)\n"
    write(ready / "rtgen.yaml", CONFIG + f"lint: {{ ignore: [{ignore.replace('2999', '2020')}] }}\n")
    assert "ignore-expired" in rtgen("check").output
    write(ready / "specs" / "demo.yaml", CONTRACT)
    write(ready / "rtgen.yaml", CONFIG + f"lint: {{ ignore: [{ignore}] }}\n")
    assert "ignore-unused" in rtgen("check").output


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("spec: [a]\n", "Did you mean `specs`?"),
        (CONFIG.replace("fake: { out", "fake: { uot"), "`fake` has no `out`"),
        (CONFIG.replace("specs/*.yaml", "nowhere/*.yaml"), "`nowhere/*.yaml` names no file"),
        (CONFIG.replace("{contract}", "{spec}"), "Only `{contract}` is known."),
        (CONFIG.replace("'build/{contract}'", "/etc"), "`out` must be a relative path"),
        (CONFIG + "lint: { rules: { event-descripton: off } }\n", "Did you mean `event-description`?"),
        (CONFIG + "lint: { rules: { event-description: loud } }\n", "can't be the value of `event-description`"),
        (
            CONFIG + "lint: { ignore: [{ path: a, rules: [nope], because: b, until: 2027-01-01 }] }\n",
            "no rule is called",
        ),
        (CONFIG + "lint: { ignore: [{ path: a, rules: ['*'], because: b }] }\n", "has no `until`"),
        (CONFIG + "lint: { extends: strickt }\n", "Did you mean `strict`?"),
        (CONFIG + "lint: { baseline: /etc/known.json }\n", "`baseline` must be a relative path"),
        (CONFIG + "lint: { ignore: [{ path: a, rules: ['*'], because: b, until: 2026-02-31 }] }\n", "no day"),
        (CONFIG + "breaking: { order: server }\n", "Did you mean `server-first`?"),
        ("- a\n", "must be an object"),
        ("a: [\n", "this is not YAML"),
    ],
)
def test_a_wrong_configuration_exits_2(ready: Path, config: str, said: str) -> None:
    write(ready / "rtgen.yaml", config)
    done = rtgen("check")
    assert done.exit_code == 2
    assert said in done.output
    assert "rtgen.yaml:" in done.output


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("fakes: { out: a }", "Did you mean `fake`?"),
        ("fake: { out: a, handler: b }", "Did you mean `handlers`?"),
        ("fake: { out: a, style: fanci }", "Did you mean `fancy`?"),
        ("fake: { out: a, loud: 'yes' }", "`loud` must be true or false"),
        ("hook: { out: a }", "Add `fake: { out: … }`."),
    ],
)
def test_a_wrong_target_exits_2_and_writes_nothing(ready: Path, target: str, said: str) -> None:
    write(ready / "rtgen.yaml", f"specs: [specs/*.yaml]\ntargets:\n  {target}\n")
    done = rtgen("generate")
    assert done.exit_code == 2, done.output
    assert said in done.output
    assert names(ready) == ["rtgen.yaml", "specs/demo.yaml"]


def test_generate_writes_then_leaves_alone(ready: Path) -> None:
    done = rtgen("generate")
    assert (done.exit_code, done.output) == (0, "demo/fake  3 written, 0 unchanged, 0 removed  (build/demo)\n")
    assert names(ready) == [
        "build/demo/.rtgen-manifest.json",
        "build/demo/demo/out.txt",
        "build/demo/runtime/base.txt",
        "mine/demo/mine.py",
        "rtgen.yaml",
        "specs/demo.yaml",
    ]
    told = (ready / "build/demo/demo/out.txt").read_text()
    assert told == "specs/demo.yaml 1.0.0 ../../mine/demo hook=../hook\n"
    assert rtgen("generate").output == "demo/fake  0 written, 3 unchanged, 0 removed  (build/demo)\n"
    assert rtgen("generate", "--check").output == "Generated code is up to date.\n"


def test_generate_completes_the_users_files(ready: Path) -> None:
    rtgen("generate")
    write(ready / "specs" / "demo.yaml", CONTRACT + "      again: { description: Again., from: client }\n")
    done = rtgen("generate", "--check")
    assert done.exit_code == 3
    assert "+    def again(self) -> None:" in done.output
    done = rtgen("generate")
    assert "mine/demo/mine.py: added Base.again\n" in done.output
    assert "def again" in (ready / "mine/demo/mine.py").read_text()


def test_generate_writes_nothing_when_one_contract_is_broken(ready: Path) -> None:
    write(ready / "specs" / "other.yaml", BROKEN.replace("demo", "other"))
    done = rtgen("generate")
    assert done.exit_code == 1
    assert done.output.endswith("1 error\nNothing was written.\n")
    assert not (ready / "build").exists()


def test_what_a_target_finds_is_of_the_contract(ready: Path) -> None:
    write(ready / "specs" / "demo.yaml", CONTRACT.replace("demo", "unprintable"))
    done = rtgen("generate")
    assert done.exit_code == 1
    assert "this target can't print it" in done.output


def test_two_contracts_of_one_name_are_refused(ready: Path) -> None:
    write(ready / "specs" / "other.yaml", CONTRACT)
    done = rtgen("generate")
    assert done.exit_code == 1
    assert "name-collision" in done.output


def test_a_foreign_file_exits_2_unless_forced(ready: Path) -> None:
    write(ready / "build/demo/demo/out.txt", "foreign\n")
    done = rtgen("generate")
    assert done.exit_code == 2
    assert done.output.startswith("build/demo/demo/out.txt:1:1 error foreign-file\n")
    assert not (ready / "mine").exists()
    assert rtgen("generate", "--check").exit_code == 2
    done = rtgen("generate", "--force")
    assert done.exit_code == 0
    assert (ready / "build/demo/demo/out.txt.orig").read_text() == "foreign\n"


def test_check_tells_an_edit_as_drift(ready: Path) -> None:
    rtgen("generate")
    write(ready / "build/demo/runtime/base.txt", "edited\n")
    done = rtgen("generate", "--check")
    assert done.exit_code == 3
    assert done.output == (
        "changed: build/demo/runtime/base.txt\n"
        "--- build/demo/runtime/base.txt\n+++ build/demo/runtime/base.txt (generated)\n"
        "@@ -1 +1 @@\n-edited\n+runtime\n\n"
        "1 file out of date. Run `rtgen generate`.\n"
    )
    assert rtgen("generate").exit_code == 2
    assert json.loads(rtgen("generate", "--check", "--format", "json").output)["outOfDate"] == [
        {"file": "build/demo/runtime/base.txt", "state": "changed"}
    ]


def test_contracts_that_share_a_folder_share_the_runtime(ready: Path) -> None:
    write(ready / "rtgen.yaml", CONFIG.replace("build/{contract}", "build"))
    write(ready / "specs" / "other.yaml", CONTRACT.replace("demo", "other"))
    rtgen("generate")
    assert names(ready / "build") == [".rtgen-manifest.json", "demo/out.txt", "other/out.txt", "runtime/base.txt"]
    assert rtgen("generate", "specs/demo.yaml").exit_code == 0
    assert rtgen("generate", "--check").exit_code == 0
    (ready / "specs" / "other.yaml").unlink()
    assert rtgen("generate", "--check").exit_code == 3
    rtgen("generate")
    assert names(ready / "build") == [".rtgen-manifest.json", "demo/out.txt", "runtime/base.txt"]
    assert (ready / "mine/other/mine.py").is_file()


def test_generate_without_a_configuration(project: Path) -> None:
    write(project / "demo.yaml", CONTRACT)
    done = rtgen("generate", "demo.yaml", "--out", "build")
    assert done.exit_code == 0, done.output
    assert (project / "build/demo/fake/handlers/mine.py").is_file()
    assert (project / "build/demo/hook/demo/out.txt").read_text() == "demo.yaml 1.0.0 handlers fake=../fake\n"
    assert rtgen("generate", "demo.yaml", "--out", "build", "--check").exit_code == 0
    done = rtgen("generate", "demo.yaml", "--out", "one", "--target", "hook")
    assert done.exit_code == 0
    assert not (project / "one/demo/fake").exists()


def test_the_configuration_is_found_from_below(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ready / "specs")
    assert rtgen("generate").exit_code == 0
    assert (ready / "build/demo/demo/out.txt").read_text().startswith("specs/demo.yaml ")
    monkeypatch.chdir(ready)
    assert rtgen("generate", "--check", "--config", "rtgen.yaml").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check"], "There is no rtgen.yaml here or above"),
        (["generate"], "There is no rtgen.yaml here or above"),
        (["generate", "demo.yaml"], "name a folder with --out"),
        (["generate", "demo.yaml", "--out", "a", "--target", "fakke"], "Did you mean `fake`?"),
        (["generate", "--nope"], "No such option"),
        (["nope"], "No such command"),
    ],
)
def test_misuse_exits_2(project: Path, arguments: list[str], said: str) -> None:
    write(project / "demo.yaml", CONTRACT)
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert said in done.output


def test_init_begins_a_project_that_is_clean(project: Path) -> None:
    done = rtgen("init", "new")
    assert done.exit_code == 0
    assert done.output.endswith("Next: cd new && rtgen generate\n")
    assert names(project / "new") == [
        ".gitattributes",
        ".rtgen/config.schema.json",
        ".rtgen/contract.schema.json",
        "rtgen.yaml",
        "specs/hello.yaml",
    ]
    done = rtgen("check", "--config", "new/rtgen.yaml")
    assert (done.exit_code, done.output) == (0, "no findings (1 contract read)\n")


def test_init_overwrites_nothing(project: Path) -> None:
    write(project / ".gitattributes", "mine\n")
    write(project / "specs/hello.yaml", "mine\n")
    done = rtgen("init")
    assert done.exit_code == 2
    assert "specs/hello.yaml exists already." in done.output
    assert names(project) == [".gitattributes", "specs/hello.yaml"]
    (project / "specs/hello.yaml").unlink()
    assert rtgen("init").exit_code == 0
    assert (project / ".gitattributes").read_text() == "mine\n"


def test_colours_are_for_terminals_only(ready: Path) -> None:
    write(ready / "specs" / "demo.yaml", BROKEN)
    assert "\x1b[" not in rtgen("check").output
    assert "\x1b[" in CliRunner().invoke(main, ["check"], color=True).output


def test_a_contract_can_not_steer_the_terminal(ready: Path) -> None:
    write(ready / "specs" / "demo.yaml", CONTRACT.replace("send:", '"se\\e[2Jnd":'))
    done = CliRunner().invoke(main, ["check"], color=True)
    assert done.exit_code == 1
    assert "\x1b[2J" not in done.output


def test_a_fault_of_ours_is_told_as_ours(ready: Path) -> None:
    program = (
        "import sys, rtgen.cli.project as project\n"
        "from rtgen.cli.main import run\n"
        "def start(*_, known): raise KeyError('oops')\n"
        "project.start = start\n"
        "sys.argv = ['rtgen', 'check']\n"
        "run()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ready, check=False)
    assert done.returncode == 70
    assert "KeyError: 'oops'" in done.stderr
    assert "This is a fault of rtgen, not of your contract." in done.stderr
    assert "Traceback" not in done.stderr


def test_help_and_version_load_little(project: Path) -> None:
    program = (
        "import sys\nfrom rtgen.cli.main import main\n"
        "try: main(['generate', '--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'yaml', 'jinja2', 'jsonschema', 'datamodel_code_generator'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=project, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "Exit codes:" in done.stdout
    version = subprocess.run([sys.executable, "-m", "rtgen", "--version"], capture_output=True, text=True, check=True)
    assert version.stdout.startswith("rtgen ")


def test_of_several_exit_codes_the_worst_counts() -> None:
    every = set(ExitCode)
    order = []
    while every:
        order.append(int(worst(every)))
        every.discard(worst(every))
    assert order == [70, 2, 1, 4, 3, 0]
