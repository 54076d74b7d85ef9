"""`rtgen diff` and `rtgen breaking` on small git repositories: where versions are found, and what if they are not."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from repositories import Repository, contract, repository

from rtgen.cli.main import main

SPEC = "specs/demo.yaml"
COMMON = "schemas:\n  Mood: { enum: [glad, sad], description: How you are. }\n"
SPLIT = contract().replace(
    "mood: { enum: [glad, sad], description: How you are. }", "mood: { $ref: ./common.yaml#/schemas/Mood }"
)


def rtgen(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def breaks(*arguments: str) -> Result:
    return rtgen("breaking", "--against", *arguments)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository with one contract on main; tests stand in it."""
    made = repository(tmp_path / "repo", {SPEC: contract()})
    monkeypatch.chdir(made.folder)
    return made


def test_a_break_since_main_is_told_with_its_message(repo: Repository) -> None:
    repo.write({SPEC: contract(version="2.0.0", moods="glad")})
    done = breaks("git:main")
    assert done.exit_code == 4
    assert f"{SPEC}:17:13 error enum-value-removed\n" in done.output
    assert (
        '  room.feel payload /mood: no "sad" any more\n'
        '  when the server is deployed first, an old client sends {"mood": "sad"}\n'
        "  and a new server refuses it at /mood (enum)\n"
    ) in done.output
    assert f"git:main:{SPEC}:17:13: what it was" in done.output
    assert done.output.endswith("1 error (compared with git:main, server-first)\n")


def test_what_breaks_nobody_is_clean_and_listed_by_diff(repo: Repository) -> None:
    repo.write({SPEC: contract(version="1.1.0", moods="glad, sad, wild")})
    assert breaks("git:main").exit_code == 0
    done = rtgen("diff", "git:main")
    assert done.exit_code == 0
    assert done.output.startswith("demo 1.0.0 → 1.1.0\n\nroom.feel\n")
    assert "enum-value-added" in done.output


def test_a_break_without_a_payload_says_whom_and_why(repo: Repository) -> None:
    repo.write({SPEC: contract(version="2.0.0").replace("      feel:", "      sense:")})
    done = breaks("git:main")
    assert (
        "  room.feel: event `feel` is gone\n  when the server is deployed first, old clients that send it are refused\n"
    ) in done.output
    summary = rtgen("diff", "git:main").output.splitlines()[-1]
    assert summary.endswith("1 only where clients are deployed first. The next version is 2.0.0.")


def test_what_is_undecided_fails_and_says_why(repo: Repository) -> None:
    schema = "mood: { enum: [glad, sad], description: How you are. }"
    for version, pattern in (("1.0.0", "^(ab)*$"), ("2.0.0", "^(ab){0,30}(ab)*$")):
        assert schema in contract()
        text = contract(version=version).replace(schema, f"mood: {{ type: string, pattern: '{pattern}' }}")
        if version == "1.0.0":
            repo.commit({SPEC: text})
        else:
            repo.write({SPEC: text})
    done = breaks("git:main")
    assert done.exit_code == 4
    assert (
        "  a new server may refuse what an old client sends\n"
        "  patterns can't be compared but by examples, and no payload that was tried is refused\n"
    ) in done.output
    summary = rtgen("diff", "git:main").output.splitlines()[-1]
    assert summary.endswith("1 undecided. The next version is 2.0.0."), "what may break somebody is no minor step"


def test_two_revisions_and_paths_of_revisions(repo: Repository) -> None:
    repo.commit({SPEC: contract(version="2.0.0", moods="glad")}, tag="v2")
    repo.commit({SPEC: contract(version="3.0.0", moods="glad, wild")}, tag="v3")
    assert "demo 1.0.0 → 2.0.0" in rtgen("diff", "git:HEAD~2", "git:v2").output
    assert "demo 2.0.0 → 3.0.0" in rtgen("diff", f"git:v2:{SPEC}", SPEC).output
    assert "demo 1.0.0 → 3.0.0" in rtgen("diff", f"git:HEAD~2:{SPEC}", f"git:v3:{SPEC}").output
    assert "demo 2.0.0 → 3.0.0" in rtgen("diff", "git:v2:specs", "specs").output


def test_from_a_folder_within_the_repository(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write({SPEC: contract(version="2.0.0", moods="glad")})
    monkeypatch.chdir(repo.folder / "specs")
    assert "enum-value-removed" in breaks("git:main").output
    assert "enum-value-removed" in breaks("git:main", "demo.yaml").output


def test_files_and_folders_need_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for folder, moods in (("old", "glad, sad"), ("new", "glad")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "demo.yaml").write_text(contract(moods=moods), encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert breaks("old/demo.yaml", "new/demo.yaml").exit_code == 4
    assert "enum-value-removed" in rtgen("diff", "old", "new").output


def test_a_contract_of_many_files_is_compared_as_one(repo: Repository) -> None:
    repo.commit({SPEC: SPLIT, "specs/common.yaml": COMMON}, tag="split")
    assert rtgen("diff", "git:HEAD~1").output.endswith("Nothing that is sent changed, only words and names.\n")
    assert breaks("git:HEAD~1").exit_code == 0
    repo.write({"specs/common.yaml": COMMON.replace("glad, sad", "glad")})
    done = breaks("git:split")
    assert done.exit_code == 4
    assert "specs/common.yaml:2:" in done.output
    assert "git:split:specs/common.yaml:2:" in done.output


def test_a_contract_that_moved_is_found_by_its_name(repo: Repository) -> None:
    repo.commit({"specs/moods.yaml": contract(version="2.0.0", moods="glad")}, SPEC)
    for done in (breaks("git:HEAD~1"), breaks("git:HEAD~1", "specs/moods.yaml")):
        assert done.exit_code == 4
        assert f"demo was git:HEAD~1:{SPEC}" in done.output
        assert "enum-value-removed" in done.output
    repo.commit({"api/moods.yaml": contract(version="2.0.0", moods="glad")}, "specs/moods.yaml")
    repo.write({"rtgen.yaml": "specs: ['api/*.yaml']\ntargets: { python: { out: build } }\n"})
    assert breaks("git:HEAD~2").exit_code == 4


def test_a_contract_that_moved_from_one_of_many_files_is_asked_for(repo: Repository) -> None:
    repo.commit({"a/old.yaml": contract(), "b/old.yaml": contract()}, SPEC)
    repo.commit({SPEC: contract()})
    done = breaks("git:HEAD~1")
    assert done.exit_code == 2
    assert "in more than one file: `a/old.yaml`, `b/old.yaml`" in done.output
    assert breaks("git:HEAD~1:a/old.yaml").exit_code == 0


def test_a_contract_that_is_gone_breaks_whoever_has_it(repo: Repository) -> None:
    repo.commit({"specs/other.yaml": contract("other")}, tag="both")
    (repo.folder / SPEC).unlink()
    done = breaks("git:both")
    assert done.exit_code == 4
    assert "error contract-removed\n  contract `demo` is gone\n" in done.output
    assert "demo 1.0.0 is gone." in rtgen("diff", "git:both").output
    assert breaks("git:both", "specs/other.yaml").exit_code == 0, "only one was asked for"


def test_a_contract_that_is_gone_is_seen_after_the_patterns_changed(repo: Repository) -> None:
    repo.commit({"api/other.yaml": contract("other"), "rtgen.yaml": _config("specs/*.yaml", "api/*.yaml")}, tag="both")
    repo.write({"rtgen.yaml": _config("api/*.yaml")})
    assert "contract `demo` is gone" in breaks("git:both").output


def test_two_configurations_of_one_folder_know_only_their_own_contracts(repo: Repository) -> None:
    repo.commit({"api/other.yaml": contract("other"), "more.yaml": _config("api/*.yaml")}, tag="both")
    assert rtgen("breaking", "--config", "more.yaml", "--against", "git:both").exit_code == 0
    assert breaks("git:both").exit_code == 0


def _config(*specs: str) -> str:
    return f"specs: {json.dumps(specs)}\ntargets: {{ python: {{ out: build }} }}\n"


def test_a_new_contract_beside_others_is_no_break(repo: Repository) -> None:
    repo.write({"specs/other.yaml": contract("other")})
    done = breaks("git:main")
    assert done.exit_code == 0
    assert "other 1.0.0 is new: nothing to compare it with\n" in done.output
    assert "other 1.0.0 is a new contract." in rtgen("diff", "git:main").output


def test_a_renamed_contract_is_compared_with_what_stood_in_its_file(repo: Repository) -> None:
    repo.commit({"specs/other.yaml": contract("other")})
    repo.write({SPEC: contract("moods")})
    assert "error contract-renamed" in breaks("git:main").output


def test_nothing_changed_and_only_words(repo: Repository) -> None:
    assert rtgen("diff", "git:main").output.endswith("\nNothing changed.\n")
    repo.write({SPEC: contract(version="1.0.1").replace("About moods.", "On moods.")})
    assert "only words and names." in rtgen("diff", "git:main").output


@pytest.mark.parametrize("form", ["json", "sarif", "github", "gitlab", "junit", "text"])
def test_every_form_of_breaking(repo: Repository, form: str) -> None:
    repo.write({SPEC: contract(version="2.0.0", moods="glad")})
    done = breaks("git:main", "--format", form)
    assert done.exit_code == 4
    if form == "json":
        said = json.loads(done.output)
        assert (said["exit"], said["findings"][0]["rule"]) == (4, "enum-value-removed")
        assert said["findings"][0]["message"].split("\n")[0] == 'room.feel payload /mood: no "sad" any more'
    elif form == "sarif":
        (run,) = json.loads(done.output)["runs"]
        assert run["results"][0]["ruleId"] == "enum-value-removed"
        assert run["invocations"] == [{"executionSuccessful": True, "exitCode": 4}]
    elif form == "gitlab":
        (issue,) = json.loads(done.output)
        assert (issue["check_name"], issue["severity"]) == ("enum-value-removed", "critical")
    elif form == "junit":
        assert '<failure message="room.feel payload /mood: no &quot;sad&quot; any more"' in done.output
    elif form == "github":
        assert done.output.startswith(f"::error file={SPEC},line=17,col=13,")


def test_diff_as_markdown_and_json(repo: Repository) -> None:
    repo.write({SPEC: contract(version="2.0.0", moods="glad")})
    markdown = rtgen("diff", "git:main", "--format", "markdown").output
    assert markdown.startswith("## demo 1.0.0 → 2.0.0\n\n### `room.feel`\n- **breaking** payload /mood: ")
    said = json.loads(rtgen("diff", "git:main", "--format", "json").output)
    (pair,) = said["contracts"]
    assert (pair["old"], pair["new"], pair["suggested"]) == ("1.0.0", "2.0.0", "2.0.0")
    change = pair["changes"][0]
    assert (change["rule"], change["verdict"], change["level"]) == ("enum-value-removed", "breaking", "wire")
    assert change["shown"] == {"value": {"mood": "sad"}, "pointer": "/mood", "keyword": "enum"}


@pytest.mark.parametrize(
    ("old", "said", "hint"),
    [
        ("git:mian", "there is no revision `mian` here", "`git branch --all`"),
        ("git:", "`git:` names no revision", "`git:main`"),
        ("git:--output=x", "names no revision", "Write a branch"),
        ("git:main:specs/none.yaml", "`specs/none.yaml` did not exist at `git:main`", "git:main:specs/old-name.yaml"),
        ("git:main:../x.yaml", "did not exist", "Name the file"),
        ("none.yaml", "`none.yaml` is neither a file nor a folder", "`git:` and a revision"),
        ("empty", "`empty` holds no contract", "Name the file as it was"),
        ("git:bare", "`git:bare` holds no contract", "nothing to be compared with"),
        ("git:other", "`git:other` holds other contracts only: `other`, `third`", "keeps its name"),
    ],
)
def test_an_old_version_that_is_not_there_is_never_no_break(repo: Repository, old: str, said: str, hint: str) -> None:
    (repo.folder / "empty").mkdir()
    repo.git("checkout", "--quiet", "--orphan", "bare")
    repo.git("read-tree", "--empty")
    repo.git("commit", "--quiet", "--allow-empty", "--message", "nothing")
    repo.git("checkout", "--quiet", "--orphan", "other")
    repo.git("read-tree", "--empty")
    repo.write({f"specs/{name}.yaml": contract(name) for name in ("other", "third")})
    repo.git("add", "specs/other.yaml", "specs/third.yaml")
    repo.git("commit", "--quiet", "--message", "others")
    for name in ("other", "third"):
        (repo.folder / f"specs/{name}.yaml").unlink()
    done = breaks(old)
    assert done.exit_code == 2
    assert said in done.output
    assert hint in done.output
    told = rtgen("diff", old)
    assert (told.exit_code, told.stdout) == (2, "")
    assert said in told.stderr
    said_to_programs = json.loads(breaks(old, "--format", "json").output)
    assert (said_to_programs["exit"], said_to_programs["findings"][0]["rule"]) == (2, "version-missing")


def test_a_spec_that_did_not_exist_there(repo: Repository) -> None:
    repo.write({"specs/other.yaml": contract("other")})
    done = breaks("git:main", "specs/other.yaml")
    assert done.exit_code == 2
    assert "neither `specs/other.yaml` nor a contract `other` existed at `git:main`" in done.output
    assert "name only the others" in done.output


def test_an_old_version_that_does_not_compile(repo: Repository) -> None:
    repo.commit({SPEC: contract().replace("from: client", "from: nobody")}, tag="broken")
    repo.commit({SPEC: contract()})
    for done in (breaks("git:broken"), rtgen("diff", "git:broken")):
        assert done.exit_code == 2
        assert f"git:broken:{SPEC}:12:" in done.output
        assert "This is the old version: name another" in done.output


def test_a_new_version_that_does_not_compile(repo: Repository) -> None:
    repo.write({SPEC: contract().replace("from: client", "from: nobody")})
    done = breaks("git:main")
    assert done.exit_code == 1
    assert "This is the old version" not in done.output


def test_a_configuration_that_is_wrong_is_told_first(repo: Repository) -> None:
    repo.write({"rtgen.yaml": "specs: []\n"})
    done = breaks("git:main")
    assert done.exit_code == 2
    assert "missing-key" in done.output


def test_no_git(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repo.folder))
    done = breaks("git:main")
    assert done.exit_code == 2
    assert "git can't be run: No such file or directory" in done.output
    assert "help: Install git" in done.output


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "demo.yaml").write_text(contract(), encoding="utf-8")
    done = breaks("git:main", "demo.yaml")
    assert done.exit_code == 2
    assert "this folder is in no git repository" in done.output


def test_a_repository_without_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = repository(tmp_path)
    made.write({"demo.yaml": contract()})
    monkeypatch.chdir(tmp_path)
    assert "there is no revision `main` here" in breaks("git:main", "demo.yaml").output


def test_a_shallow_clone_says_what_to_fetch(repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.git("tag", "v1")
    repo.commit({SPEC: contract(version="2.0.0", moods="glad")})
    here = repository(tmp_path / "clone").folder
    clone = Repository(here)
    clone.git("fetch", "--quiet", "--depth=1", repo.folder.as_uri(), "main")
    clone.git("checkout", "--quiet", "FETCH_HEAD")
    monkeypatch.chdir(here)
    for old in ("git:v1", "git:HEAD~1"):
        done = breaks(old)
        assert done.exit_code == 2
        assert "This clone is shallow" in done.output
        assert "`fetch-depth: 0`" in done.output
    clone.git("fetch", "--quiet", "--depth=1", repo.folder.as_uri(), "tag", "v1")
    assert breaks("git:v1").exit_code == 4


def test_a_branch_that_only_origin_has(repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clone = repository(tmp_path / "clone")
    clone.git("remote", "add", "origin", repo.folder.as_uri())
    clone.git("fetch", "--quiet", "origin")
    clone.git("checkout", "--quiet", "--detach", "origin/main")
    clone.write({SPEC: contract(version="2.0.0", moods="glad")})
    monkeypatch.chdir(clone.folder)
    assert breaks("git:main").exit_code == 4


def test_what_git_would_change_on_the_way_is_read_as_it_was_committed(repo: Repository) -> None:
    repo.commit({".gitattributes": "*.yaml export-ignore text eol=crlf\n", "notes.yaml": "a: b\n"}, tag="odd")
    assert rtgen("diff", "git:odd").output.endswith("Nothing changed.\n")


def test_links_of_the_old_version(repo: Repository, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("hidden: 1\n", encoding="utf-8")
    (repo.folder / "specs/common.yaml").symlink_to("parts/shared.yaml")
    (repo.folder / "specs/out.yaml").symlink_to(tmp_path / "secret.yaml")
    repo.commit({"specs/parts/shared.yaml": COMMON, SPEC: SPLIT}, tag="linked")
    assert rtgen("diff", f"git:linked:{SPEC}", SPEC).output.endswith("Nothing changed.\n")
    done = breaks("git:linked:specs/out.yaml")
    assert done.exit_code == 2
    assert "hidden" not in done.output
    assert "did not exist" in done.output


def test_nothing_to_compare_with(repo: Repository) -> None:
    done = rtgen("breaking")
    assert done.exit_code == 2
    assert "--against git:main, or `breaking:` in rtgen.yaml" in done.output
    repo.write({"rtgen.yaml": repo.folder.joinpath("rtgen.yaml").read_text() + "breaking: { against: git:main }\n"})
    assert rtgen("breaking").exit_code == 0
