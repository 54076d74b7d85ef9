"""One connection of a Python client, from open to closed."""

from rtgen_runtime.client.lines import Line
from rtgen_runtime.client.socket import Socket, SocketClosed


class ClosedAtOnce:
    """A socket whose server ends it before it reads anything; and its owner, who greets it."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.events: list[str] = []
        self.line = Line(1, "", self)

    async def send(self, frame: bytes) -> None:
        self.sent.append(frame)

    async def receive(self) -> str | bytes:
        raise SocketClosed(4100, "full")

    async def close(self, code: int, reason: str) -> None:
        self.events.append(f"closed {code}")

    async def prepare(self) -> str | None:
        return None

    async def connect(self, url: str) -> Socket:
        return self

    def opened(self, line: int, token: str | None) -> None:
        self.line.send(b"hello")

    def received(self, line: int, message: str | bytes) -> None:
        self.events.append("received")

    def lost(self, line: int, code: int, reason: str) -> None:
        self.events.append(f"lost {code}")


async def test_a_server_that_closes_at_once_is_told_to_the_owner_and_the_socket_closed() -> None:
    socket = ClosedAtOnce()
    await socket.line.task
    assert socket.events == ["lost 4100", "closed 1000"]
