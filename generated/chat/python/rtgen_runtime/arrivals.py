"""Clients as they come and come back: names their sessions, remembers their refs, knows who takes over from whom.

A session's public name is what other members see. What the client presents to get it again is the name with a
signature, which nobody else learns: nothing is remembered for it, and another process with the same key accepts it.
The signature covers the subject, so a session never passes from one user to another.
"""

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from rtgen_runtime.broker.words import Arrived
from rtgen_runtime.codes import REPLACED, CloseCode
from rtgen_runtime.frames import HelloInfo

MOST_REMEMBERED: Final = 50_000
"""Client instances without a connection whose highest ref one process remembers."""
SESSION_AGE: Final = 30 * 24 * 3600.0
"""Seconds for which a session may be presented again; each welcome starts them anew."""


def _nonce() -> str:
    return secrets.token_hex(6)


Instance = tuple[str, str]
"""Who (a subject or an anonymous session), and which client object of theirs."""


class Replaceable(Protocol):
    """A connection, as far as its successor is concerned."""

    @property
    def last_ref(self) -> int:
        """The highest ref it has received."""

    def stop(self, code: CloseCode) -> None:
        """End it."""


@dataclass(slots=True, eq=False)
class Admission:
    """What a client that arrives is told, and what is remembered of a named one: where it stands, how far it got.

    `pass_` is what it may present next time, `instance` is empty for unnamed ones.
    """

    session: str
    pass_: str
    instance: Instance | None = None
    last_ref: int | None = None
    """The highest ref received: as the client is told, and after its connection has ended as that leaves it."""
    connection: Replaceable | None = None
    """Its current one, once it has arrived."""
    since: float = 0.0
    """Unix time at which that was let in."""


class Arrivals:
    """The clients of one process. `wall` gives seconds since 1970; with the same `key` sessions outlive a restart."""

    def __init__(
        self,
        key: bytes,
        wall: Callable[[], float],
        *,
        is_revoked: Callable[[str], bool] = lambda _session: False,
        nonce: Callable[[], str] = _nonce,
        most: int = MOST_REMEMBERED,
    ) -> None:
        self._signer = hmac.new(key, digestmod="sha256")
        """To be copied: preparing a key costs more than signing so short a text."""
        self._wall = wall
        self._is_revoked = is_revoked
        self._nonce = nonce
        self._most = most
        self.tell: Callable[[Arrived], None] = lambda _arrived: None
        """Tells other processes who has come, so that they end older connections of the same client."""
        self._present: dict[Instance, Admission] = {}
        self._gone: OrderedDict[Instance, Admission] = OrderedDict()

    def admit(self, proposed: str, subject: str | None, hello: HelloInfo) -> Admission:
        """Name the session of a client: the one it presents if that is its own, else `proposed`."""
        session = self._named(hello.session, subject) or proposed
        pass_ = self._signed(session, subject)
        if not hello.client:
            return Admission(session, pass_)
        who = f"@{subject}" if subject is not None else f"#{session}"
        instance = (who, hello.client)
        return Admission(
            session, pass_, instance, self._last_ref(instance, hello.session)
        )

    def arrived(
        self, admission: Admission, connection: Replaceable
    ) -> Replaceable | None:
        """The connection is the instance's current one from now on; the one that it replaces."""
        instance = admission.instance
        if instance is None:
            return None
        self._gone.pop(instance, None)
        before = self._present.get(instance)
        admission.connection, admission.since = connection, self._wall()
        self._present[instance] = admission
        self.tell(Arrived(*instance, admission.since))
        return None if before is None else before.connection

    def arrived_elsewhere(self, arrived: Arrived) -> None:
        """A client has come to another process: its older connection here ends."""
        known = self._present.get((arrived.who, arrived.client))
        if known is None or known.connection is None or known.since >= arrived.at:
            return
        known.connection.stop(REPLACED)

    def gone(self, admission: Admission | None, connection: Replaceable) -> None:
        """A connection has ended; how far it got is remembered for a while."""
        if admission is None or admission.instance is None:
            return
        admission.last_ref, admission.connection = connection.last_ref, None
        if self._present.get(admission.instance) is not admission:
            return
        del self._present[admission.instance]
        self._gone[admission.instance] = admission
        while len(self._gone) > self._most:
            self._gone.popitem(last=False)

    def _last_ref(self, instance: Instance, presented: str) -> int | None:
        """The highest ref received, if every later one can't have arrived anywhere; else `None`.

        Only who presents what this process gave last has not been welcome elsewhere since. A connection's joins have
        higher refs than all that was sent before it, so one received ref is enough to speak for older connections.
        """
        known = self._present.get(instance) or self._gone.get(instance)
        if known is None or known.pass_ != presented:
            return None
        last = known.last_ref if known.connection is None else known.connection.last_ref
        return last or None

    def _named(self, presented: str, subject: str | None) -> str:
        """The session that a client presents; empty when it is not its own, too old, or revoked."""
        if not presented:
            return ""
        session, _, rest = presented.partition(".")
        stamp, _, signature = rest.partition(".")
        made = self._signature(session, stamp, subject)
        if not session or not hmac.compare_digest(
            made.encode(), signature.encode(errors="surrogatepass")
        ):
            return ""
        age = self._wall() - int(stamp.partition("-")[0], 16)
        return "" if age > SESSION_AGE or self._is_revoked(session) else session

    def _signed(self, session: str, subject: str | None) -> str:
        stamp = f"{int(self._wall()):x}-{self._nonce()}"
        return f"{session}.{stamp}.{self._signature(session, stamp, subject)}"

    def _signature(self, session: str, stamp: str, subject: str | None) -> str:
        whose = "anonymous" if subject is None else f"subject:{subject}"
        signer = self._signer.copy()
        signer.update(f"{session}.{stamp}.{whose}".encode(errors="surrogatepass"))
        return signer.hexdigest()[:32]
