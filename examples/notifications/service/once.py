"""Plays it through without a person, on a real server and real sockets, and says what happened."""

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import notifications
from demo.table import Table
from notifications import InboxMarkReadPayload, JoinedInbox, Notification, NotificationId, NotificationsClient
from rtgen_runtime import RequestFailed
from rtgen_runtime.client.socket import Socket, SocketClosed, open_websocket
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from service.rest import Rest, SignedIn

PATIENCE = 60.0
"""Seconds after which something that should have happened counts as not happening."""


async def play() -> int:
    """The whole of it; the exit code."""
    table = Table()
    with tempfile.TemporaryDirectory() as name:
        async with asyncio.timeout(PATIENCE), Server(Path(name)) as server:
            rest = Rest(server.port)
            ada, ben = await rest.sign_in("Ada"), await rest.sign_in("Ben")
            gate = Gate()
            async with devices(server.url, ada.token, gate) as clients:
                phone, laptop = [await each.inbox(user_id=ada.user_id) for each in clients]
                stage = Stage(table, server, rest, gate, phone, laptop)
                await stage.tell(ada, ben)
                await stage.read_twice(ada, ben)
                await stage.restart(ada, ben)
            await stage.keep_others_out(ada, ben)
    return table.summary()


class Gate:
    """A network that can be away: nobody connects while it is shut."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self.tried = asyncio.Event()

    async def connect(self, url: str) -> Socket:
        """What clients connect through."""
        if not self.open.is_set():
            self.tried.set()
            raise SocketClosed(1006, "no network")
        return await open_websocket(url)


@asynccontextmanager
async def devices(url: str, token: str, gate: Gate) -> AsyncIterator[list[NotificationsClient]]:
    """Two of one user."""
    async with (
        NotificationsClient(url, token=token, connect=gate.connect) as phone,
        NotificationsClient(url, token=token, connect=gate.connect) as laptop,
    ):
        yield [phone, laptop]


class Server:
    """The application as a process of its own, which can be killed and started again on the same files."""

    def __init__(self, folder: Path) -> None:
        self.port = 0
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"ws://127.0.0.1:{self.port}/realtime/"

    async def __aenter__(self) -> "Server":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()

    async def start(self) -> None:
        """Start it, on the port it had."""
        options = ["--no-page", "--port", str(self.port), "--folder", str(self._folder)]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "service", *options, stdout=asyncio.subprocess.PIPE
        )
        if self._process.stdout is None:
            raise RuntimeError("the server has no standard output")
        line = (await self._process.stdout.readline()).decode()
        if "http://" not in line:
            raise RuntimeError("the server did not start")
        self.port = int(line.rstrip().rstrip("/").rpartition(":")[2])

    async def kill(self) -> None:
        """End it without a word, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            await self._process.wait()


@dataclass(slots=True)
class Stage:
    """The user's devices, and what happens."""

    table: Table
    server: Server
    rest: Rest
    gate: Gate
    phone: JoinedInbox
    laptop: JoinedInbox

    async def tell(self, ada: SignedIn, ben: SignedIn) -> None:
        """REST calls; notifications arrive on both devices."""
        self.table.heading("A REST call, and what arrives")
        heard = [self.phone.notified.listen(), self.laptop.notified.listen()]
        counts = self.phone.unread.listen()
        await self.rest.post("mentions", ben, to=ada.user_id, excerpt="ask Ada")
        got = [(await anext(each)).payload for each in heard]
        ok = all(words(each) == "ask Ada" for each in got) and got[0].id == got[1].id
        self.table.row("Ben mentions Ada, from an async endpoint", f"both devices: {words(got[0])}", ok=ok)
        count = (await anext(counts)).payload.count
        self.table.row("the count of unread ones", str(count), ok=count == 1)
        answer = await self.rest.post("announcements", ben, text="Lunch")
        got = [(await anext(each)).payload for each in heard]
        ok = answer == {"told": 2} and all(words(each) == "Lunch" for each in got)
        self.table.row("Ben announces lunch, from a plain endpoint", f"both devices: {words(got[0])}", ok=ok)
        count = (await anext(counts)).payload.count
        self.table.row("the count of unread ones", str(count), ok=count == 2)

    async def read_twice(self, ada: SignedIn, ben: SignedIn) -> None:
        """A mark that is made twice, and a request that is sent twice: one effect each."""
        self.table.heading("Read marks take effect once")
        first, second = [NotificationId(str(each["id"])) for each in await self.rest.get("notifications", ada)]
        counts, marks = self.phone.unread.listen(), self.laptop.was_read.listen()
        await anext(counts)
        await self.phone.mark_read(InboxMarkReadPayload(id=first))
        await self.phone.mark_read(InboxMarkReadPayload(id=first))
        frame: list[object] = ["inbox.markRead", 7, self.phone.address, {"id": second}]
        answers = [await self._raw(ada, frame), await self._raw(ada, frame)]
        ok = answers == [["$reply", 7, None]] * 2
        self.table.row("a request is sent again after a lost connection", json.dumps(answers), ok=ok)
        # Whatever a second effect would have sent comes before this one.
        await self.rest.post("mentions", ben, to=ada.user_id, excerpt="Anything new?")
        heard = [(await anext(counts)).payload.count for _ in range(3)]
        ids = [(await anext(marks)).payload.ids for _ in range(2)]
        self.table.row("unread, as the phone hears it; then a new one comes", str(heard), ok=heard == [1, 0, 1])
        self.table.row("the laptop is told of each once", f"{len(ids)} marks", ok=ids == [[first], [second]])

    async def restart(self, ada: SignedIn, ben: SignedIn) -> None:
        """The server is killed; what happens before the devices are back reaches them."""
        self.table.heading("The server is killed with -9 and started again")
        self.gate.open.clear()
        heard = self.phone.notified.listen()
        await self.server.kill()
        await self.server.start()
        await self.rest.post("tasks", ben, to=ada.user_id, task="Write it down")
        await self.rest.post("mentions", ben, to=ada.user_id, excerpt="Ada is away")
        await self.gate.tried.wait()
        self.table.row("two notifications, while no device is connected", "stored", ok=True)
        self.gate.open.set()
        got = [(await anext(heard)).payload for _ in range(2)]
        ok = [words(each) for each in got] == ["Write it down", "Ada is away"]
        self.table.row("the phone is back and gets what it missed", str([words(each) for each in got]), ok=ok)
        self.table.row("without a gap", f"recovered: {self.phone.recovered}", ok=self.phone.recovered is True)
        async with NotificationsClient(self.server.url, token=ada.token) as client:
            inbox = await client.inbox(user_id=ada.user_id)
            count = (await anext(inbox.unread.listen())).payload.count
        self.table.row("a new device knows the count when it joins", str(count), ok=count == 3)

    async def keep_others_out(self, ada: SignedIn, ben: SignedIn) -> None:
        """Other people's inboxes stay shut."""
        self.table.heading("Somebody else")
        async with NotificationsClient(self.server.url, token=ben.token) as client:
            try:
                await client.inbox(user_id=ada.user_id)
            except RequestFailed as refused:
                self.table.row("Ben joins Ada's inbox", str(refused), ok=refused.code == "refused")
            else:
                self.table.row("Ben joins Ada's inbox", "he is in", ok=False)

    async def _raw(self, who: SignedIn, frame: list[object]) -> list[object]:
        """Send a request as one client object on a connection of its own, and give its answer."""
        hello = {
            "contract": "notifications",
            "version": "1.0.0",
            "hash": "",
            "client": "hands",
            "token": who.token,
            "capabilities": [],
        }
        async with connect(self.server.url, subprotocols=[Subprotocol("rtgen.v1.json")], ping_interval=None) as socket:
            for each in (["$hello", hello], ["$join", 1, self.phone.address, {}], frame):
                await socket.send(json.dumps(each))
            async for text in socket:
                answer: list[object] = json.loads(text)
                if answer[0] in {"$error", "$reply"} and answer[1] == frame[1]:
                    return answer
        raise RuntimeError("the server closed the connection without an answer")


def words(notification: Notification) -> str:
    """What a notification says."""
    match notification.subject:
        case notifications.SubjectMention(excerpt=excerpt):
            return excerpt
        case notifications.SubjectAssignment(task=task):
            return task
        case notifications.SubjectAnnouncement(text=text):
            return text
