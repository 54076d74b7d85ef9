"""`--metrics`, `--debug` and `--log-format` of a server in a process of its own."""

import asyncio
import json
import os
import re
import signal
import sys
from pathlib import Path

import plain_http
from generated_chat import ROOT, generated, write
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

HANDLERS = """
import chat


class Room(chat.RoomHandler):
    async def send(self, ctx, payload):
        raise NotImplementedError

    async def seen(self, ctx, payload):
        raise NotImplementedError


def create_app():
    return chat.ChatApp(room=Room())
"""


async def test_a_process_tells_what_its_options_say(tmp_path: Path) -> None:
    write(generated(), tmp_path)
    handlers = tmp_path / "mine"
    handlers.mkdir()
    (handlers / "__init__.py").write_text(HANDLERS, encoding="utf-8")
    runtime = ROOT / "templates/python/runtime"
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{runtime}", "RTGEN_METRICS_TOKEN": "s3cret"}
    command = ("-m", "chat", "--port", "0", "--handlers", str(handlers))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        *("--metrics", "--debug", "--log-format", "json"),
        cwd=tmp_path,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        found = re.search(r"ws://\S+", (await process.stdout.readline()).decode())
        assert found is not None
        async with connect(found[0], subprotocols=[Subprotocol("rtgen.v1.json")]) as socket:
            await socket.send(json.dumps(["$join", 1, "somewhere"]))
            assert json.loads(await socket.recv())[2]["code"] == "protocol_error"
        assert (await plain_http.ask(found[0], "/metrics")).status == 401
        answer = await plain_http.ask(found[0], "/metrics", headers={"Authorization": "Bearer s3cret"})
        assert b'rtgen_errors_total{channel="",event="other",code="protocol_error"} 1' in answer.body
    finally:
        process.send_signal(signal.SIGTERM)
    _, said = await process.communicate()
    assert process.returncode == 0
    lines = [json.loads(line) for line in said.decode().splitlines()]
    debug = [each["message"] for each in lines if each["logger"] == "rtgen.debug"]
    assert "DEBUG MODE IS ON" in debug[0]
    assert any("was refused: protocol_error" in each and "(WAITING, Join): BREAK" in each for each in debug)
    assert {"closed", "refused"} <= {each["message"] for each in lines}
    assert "s3cret" not in said.decode()
