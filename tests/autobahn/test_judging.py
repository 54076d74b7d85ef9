"""What is made of the suite's index file; the suite itself is `make autobahn`."""

import sys

import pytest
from autobahn.__main__ import is_python27
from autobahn.echo import served
from autobahn.judging import RUNS, judge
from websockets.asyncio.client import connect

LIBRARY = RUNS["websockets"]
GOOD = {f"1.{number}": {"behavior": "OK", "behaviorClose": "OK"} for number in range(LIBRARY.least)}


def test_all_good() -> None:
    assert judge(LIBRARY, GOOD).passed


def test_a_suite_that_hardly_ran_proves_nothing() -> None:
    assert not judge(LIBRARY, {"1.1.1": {"behavior": "OK", "behaviorClose": "OK"}}).passed
    assert not judge(LIBRARY, {}).passed


@pytest.mark.parametrize(("behavior", "close"), [("FAILED", "OK"), ("OK", "FAILED"), ("UNIMPLEMENTED", "OK")])
def test_only_what_has_a_reason_may_fail(behavior: str, close: str) -> None:
    bad = {"behavior": behavior, "behaviorClose": close}
    assert not judge(LIBRARY, GOOD | {"2.1": bad}).passed
    assert not judge(RUNS["native"], GOOD | {"7.1.5": bad}).passed
    excused = judge(LIBRARY, GOOD | {"7.1.5": bad})
    assert excused.passed
    assert LIBRARY.exceptions["7.1.5"] in excused.excused["7.1.5"]


def test_another_python_does_not_do() -> None:
    assert not is_python27("")
    assert not is_python27("no-such-python")
    assert not is_python27(sys.executable)


@pytest.mark.parametrize("transport", RUNS)
async def test_the_echo_says_back_texts_and_bytes(transport: str) -> None:
    async with served(transport) as port, connect(f"ws://127.0.0.1:{port}") as socket:
        for message in ("text", b"\xff\x00", "", "x" * 70_000):
            await socket.send(message)
            assert await socket.recv() == message
