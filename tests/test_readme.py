"""The README's five minutes, word for word: its commands run, its code compiles, its server answers its clients."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from compilers import TSC

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "tests" / "web"
BIN = Path(sys.executable).parent


def fences(language: str) -> list[str]:
    """The README's code blocks in one language, in order."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    paths = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [str(each) for each in command],
        check=False,
        cwd=cwd,
        env={**os.environ, "PATH": paths, **environment},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first block makes, with the handler filled in."""
    folder = tmp_path_factory.mktemp("readme")
    setup = fences("sh")[0].splitlines()
    assert setup[0].startswith("pip install"), "the environment of the tests has it installed already"
    run("bash", "-euc", "\n".join(setup[1:]), cwd=folder)
    made = folder / "hello"
    handlers = made / "server" / "handlers" / "room.py"
    written = handlers.read_text(encoding="utf-8")
    stub = written.index("    async def greet(")
    assert 'raise NotImplementedError("room.greet")' in written[stub:]
    handlers.write_text(written[:stub] + fences("python")[0], encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def server(project: Path) -> Iterator[str]:
    """The second block: the server runs, on a free port instead of the README's."""
    folder, start = fences("sh")[1].splitlines()
    assert folder.startswith("cd ")
    assert "--port 8765" in start
    command = [sys.executable, *start.replace("8765", "0").split()[1:]]
    process = subprocess.Popen(command, cwd=project / folder.removeprefix("cd "), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            found = re.search(r"ws://\S+?:\d+", line)
            if found:
                yield found.group()
                break
        else:
            pytest.fail("the server ended without saying where it listens")
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        if process.stdout is not None:
            process.stdout.close()


def test_the_python_client_is_answered(project: Path, server: str) -> None:
    program = project / "greet.py"
    program.write_text(fences("python")[1].replace("ws://127.0.0.1:8765", server), encoding="utf-8")
    assert run(sys.executable, program, cwd=project, PYTHONPATH="server/generated") == "Hello, Ada!\n"


def test_the_typescript_client_is_answered(project: Path, server: str) -> None:
    program = project / "web" / "src" / "main.ts"
    code = fences("ts")[0].replace("ws://127.0.0.1:8765", server)
    program.write_text(f"{code}client.close();\n", encoding="utf-8")
    bundle = project / "main.mjs"
    esbuild = WEB / "node_modules" / ".bin" / "esbuild"
    run(esbuild, program, "--bundle", "--format=esm", "--platform=node", f"--outfile={bundle}", cwd=project)
    assert run("node", bundle, cwd=project) == "Hello, Ada!\n"


def test_what_the_readme_shows_is_typed(project: Path) -> None:
    settings = project / "rtgen.yaml"
    before = settings.read_text(encoding="utf-8")
    assert "  # react: { out: web/src/realtime }" in before
    settings.write_text(before.replace("  # react:", "  react:"), encoding="utf-8")
    run("rtgen", "generate", cwd=project)
    source = project / "web" / "src"
    (source / "Greetings.tsx").write_text(fences("tsx")[0], encoding="utf-8")
    (source / "readme.ts").write_text(fences("ts")[0], encoding="utf-8")
    modules = WEB / "node_modules"
    (project / "tsconfig.json").write_text(
        f"""{{
          "extends": "{WEB / "tsconfig.base.json"}",
          "compilerOptions": {{
            "jsx": "react-jsx", "declaration": false, "isolatedDeclarations": false,
            "paths": {{ "*": ["{modules / "@types"}/*", "{modules}/*"] }}
          }},
          "include": ["web/src"]
        }}""",
        encoding="utf-8",
    )
    run("node", TSC, "-p", project, cwd=project)
    run(
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "-p",
        "hello",
        "-p",
        "handlers",
        cwd=project / "server",
        MYPYPATH="generated",
    )


def test_every_document_that_the_readme_links_is_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / target).exists(), target
