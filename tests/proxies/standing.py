"""Real proxies in front of nodes: nginx and HAProxy from Debian's packages, with what the target `proxy` writes."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from rtgen.api import load_contract
from rtgen.targets.proxy.target import TARGET
from rtgen.targets.target import TargetRequest

RELOADS: Final = {"nginx": signal.SIGHUP, "haproxy": signal.SIGUSR2}
PROXIES: Final = tuple(RELOADS)

_CONTRACT: Final = """
rtgen: 1
contract: small
version: 1.2.3
description: Served by small_server.py.
heartbeat: { every: 1s, slack: 1s }
channels:
  lobby: { address: lobby, description: Everybody, events: { hi: { from: server, description: Hi. } } }
"""

_AROUND_NGINX: Final = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
worker_shutdown_timeout {drain}s;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/small/nginx.conf;
}}
"""


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def configured(folder: Path, options: Mapping[str, str | bool]) -> None:
    """Write the generated configurations."""
    spec = folder / "small.yaml"
    spec.write_text(_CONTRACT, encoding="utf-8")
    said = {each.name: each.default for each in TARGET.options} | dict(options)
    result = TARGET.generate(TargetRequest(load_contract(spec, folder), "0.0.0", said))
    assert not result.findings
    for file in result.files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
    around = folder / "around.conf"
    around.write_text(_AROUND_NGINX.format(folder=folder, drain=said["drain"]), encoding="utf-8")


def command(proxy: str, folder: Path) -> list[str]:
    """Runs a proxy in the foreground, where it takes a signal to read its file again."""
    program = shutil.which(proxy, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    assert program, f"{proxy} is not installed: make setup"
    if proxy == "nginx":
        return [program, "-c", str(folder / "around.conf"), "-p", str(folder), "-e", str(folder / "error.log")]
    return [program, "-W", "-db", "-f", str(folder / "small" / "haproxy.cfg")]


@contextmanager
def _running(command: Sequence[str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


@asynccontextmanager
async def standing(proxy: str, folder: Path, ports: Sequence[int], **options: Any) -> AsyncIterator[int]:
    """A proxy before nodes at these ports; its own port."""
    async with reloadable(proxy, folder, ports, **options) as (port, _):
        yield port


@asynccontextmanager
async def reloadable(
    proxy: str, folder: Path, ports: Sequence[int], **options: Any
) -> AsyncIterator[tuple[int, Callable[[], Awaitable[None]]]]:
    """The same, and what has it read its file again, as `nginx -s reload` and `systemctl reload haproxy` do."""
    port = free_port()
    nodes = " ".join(f"127.0.0.1:{each}" for each in ports)
    configured(folder, {"nodes": nodes, "port": str(port), "connections": "200", **options})
    with _running(command(proxy, folder), folder / "said.log") as process:
        async with asyncio.timeout(20):
            while not await _listens(port):
                assert process.poll() is None, _said(folder)
        yield port, partial(_reload, proxy, process, folder)


async def _reload(proxy: str, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    """HAProxy's master misses a signal that comes too soon after its start, and says so when it has taken one."""
    process.send_signal(RELOADS[proxy])
    async with asyncio.timeout(20):
        while proxy == "haproxy" and "Reloading" not in _said(folder):
            await asyncio.sleep(0.1)
            process.send_signal(RELOADS[proxy])


def _said(folder: Path) -> str:
    return (folder / "said.log").read_text(encoding="utf-8", errors="replace")


async def _listens(port: int) -> bool:
    with contextlib.suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        return True
    await asyncio.sleep(0.02)
    return False
