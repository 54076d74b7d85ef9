"""Brands and deprecations as users of the client and of the hooks meet them: types, marks, and what runs."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from compilers import TSC

from rtgen import api
from rtgen.source.span import file_start

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
WEB = ROOT / "tests/web"
MODULES = WEB / "node_modules"
CASE = ROOT / "tests/golden/generated_people"
CONSUMERS = ("people.ts", "uses_of_the_old.ts")
NODE = shutil.which("node") or "node"


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("people")
    contract = api.load_contract(CASE / "contract.yaml", CASE)
    places = [api.Place(each, each, {}, file_start("test"), {}) for each in ("typescript", "react", "vue", "angular")]
    generated, findings = api.generate([contract], places)
    assert findings == ()
    for made in generated:
        for file in made.files:
            place = folder / made.out / file.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(file.text, encoding="utf-8")
    for name in CONSUMERS:
        shutil.copy(HERE / name, folder)
    settings = {
        "extends": str(WEB / "tsconfig.base.json"),
        "compilerOptions": {
            "paths": {"*": [str(MODULES / "@types" / "*"), str(MODULES / "*")]},
            "isolatedDeclarations": False,
        },
        "include": ["**/*.ts"],
    }
    (folder / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([NODE, *map(str, command)], check=False, cwd=cwd, capture_output=True, text=True)


def test_what_must_not_compile_does_not(people: Path) -> None:
    done = run(TSC, "-p", people, cwd=people)
    assert done.returncode == 0, done.stdout


def test_uses_of_what_is_deprecated_are_named_and_generated_code_has_none(people: Path) -> None:
    (people / "eslint.config.mjs").write_text(
        f'import tseslint from "{(MODULES / "typescript-eslint/dist/index.js").as_posix()}";\n'
        'export default tseslint.config({ files: ["**/*.ts"], ignores: ["*/runtime/**", "people.ts"], '
        "plugins: { '@typescript-eslint': tseslint.plugin }, rules: { '@typescript-eslint/no-deprecated': 'error' }, "
        "linterOptions: { noInlineConfig: true }, languageOptions: { parser: tseslint.parser, parserOptions: "
        f'{{ project: ["tsconfig.json"], tsconfigRootDir: "{people.as_posix()}" }} }} }});\n',
        encoding="utf-8",
    )
    done = run(MODULES / "eslint/bin/eslint.js", "--format", "json", ".", cwd=people)
    assert done.stdout, done.stderr
    told = {Path(each["filePath"]).name: each["messages"] for each in json.loads(done.stdout) if each["messages"]}
    text = (HERE / "uses_of_the_old.ts").read_text(encoding="utf-8").splitlines()
    uses = [number for number, line in enumerate(text, 1) if line.startswith("export const")]
    assert {name: [each["line"] for each in messages] for name, messages in told.items()} == {
        "uses_of_the_old.ts": uses
    }
    messages = {each["message"] for each in told["uses_of_the_old.ts"]}
    assert "`old` is deprecated. since 1.0.0, gone on 2027-03-01, use desk" in messages
    assert all(re.search("is deprecated", each) for each in messages)


def test_a_branded_value_is_checked_when_it_is_made(people: Path) -> None:
    program = people / "program.mjs"
    program.write_text(
        'import { cents, isCents, isUserId, userId, validators } from "./people.js";\n'
        "const tried = (make) => { try { return make(); } catch (error) { return [error.name, error.message]; } };\n"
        'const id = "0189b0de-0000-7000-8000-000000000000";\n'
        "const login = { user: id, password: '1234567', answers: { 'first pet': 7 }, \n"
        "  vault: { code: { pin: 'secret' }, inside: [{ code: { secret: 1 } }] } };\n"
        "console.log(JSON.stringify([tried(() => userId(id)), tried(() => userId('ada')), tried(() => cents(-1)),\n"
        '  isUserId(id), isUserId(7), isCents(1.5), validators.Login(login, "all")]));\n',
        encoding="utf-8",
    )
    esbuild = MODULES / ".bin/esbuild"
    bundled = ["--bundle", "--format=esm", "--platform=node", f"--outfile={people / 'people.js'}"]
    subprocess.run([esbuild, people / "typescript/people/index.ts", *bundled, "--log-level=error"], check=True)
    done = run(program, cwd=people)
    assert done.returncode == 0, done.stderr
    made, bad, negative, *known, issues = json.loads(done.stdout)
    assert made == "0189b0de-0000-7000-8000-000000000000"
    assert bad == ["InvalidPayloadError", "UserId: the payload must be a valid uuid [invalid]"]
    assert negative == ["InvalidPayloadError", "Cents: the payload must be at least 0 [invalid]"]
    assert known == [True, False, False]
    assert [(each["pointer"], each["code"]) for each in issues] == [
        ("/password", "minLength"),
        ("/vault/code", "maxLength"),
        ("/vault/inside/0/code", "additionalProperties"),
        ("/answers", "type"),
    ]
    assert "secret" not in done.stdout
    assert "first pet" not in done.stdout
