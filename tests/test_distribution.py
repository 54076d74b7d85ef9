"""A wheel, built from this checkout and installed alone, can do what the README promises: init and generate."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(
        [str(each) for each in command], check=False, cwd=cwd, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{command} exited {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out, cwd=ROOT)
    (built,) = out.glob("rtgen-*.whl")
    return built


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and its dependencies, and without this checkout.

    The dependencies are borrowed from the environment that runs the tests, so that no network is needed: a path in a
    `.pth` file is importable, but the editable install's own `.pth` in it is not read.
    """
    home = tmp_path_factory.mktemp("bare")
    venv.create(home, with_pip=True, symlinks=True)
    run(home / "bin/python", "-m", "pip", "install", "-q", "--no-deps", "--no-index", wheel, cwd=home)
    (packages,) = home.glob("lib/python*/site-packages")
    borrowed = Path(pytest.__file__).resolve().parent.parent
    (packages / "borrowed.pth").write_text(f"{borrowed}\n", encoding="utf-8")
    found = run(home / "bin/python", "-c", "import rtgen; print(rtgen.__file__)", cwd=home).stdout
    assert str(home) in found, "the wheel's own rtgen must be the one that runs"
    return home / "bin"


def test_the_wheel_holds_templates_and_runtimes(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for each in (
        "rtgen/_templates/python/runtime/rtgen_runtime/session.py",
        "rtgen/_templates/typescript/runtime/index.ts",
        "rtgen/_templates/react/runtime/react/index.ts",
        "rtgen/contract/language.schema.json",
        "rtgen/py.typed",
    ):
        assert each in names
    assert not [name for name in names if "__pycache__" in name or "node_modules" in name]


def test_init_and_generate_work_from_the_wheel_alone(bare: Path, tmp_path: Path) -> None:
    project = tmp_path / "hello"
    run(bare / "rtgen", "init", project, cwd=tmp_path)
    run(bare / "rtgen", "check", cwd=project)
    run(bare / "rtgen", "generate", cwd=project)
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    assert any(path.name == "channels.ts" for path in before)
    assert any(path.name == "session.py" for path in before)
    run(bare / "rtgen", "generate", "--check", cwd=project)
    run(bare / "rtgen", "generate", cwd=project)
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before
