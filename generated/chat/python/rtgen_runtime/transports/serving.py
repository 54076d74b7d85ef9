"""`listen`: one server by the transport that was chosen."""

import importlib
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, Literal, Protocol, cast, get_args

from rtgen_runtime.app import App
from rtgen_runtime.errors import UsageError
from rtgen_runtime.origins import Origins
from rtgen_runtime.transports.listening import Listening

Transport = Literal["native", "websockets"]
"""`native` is the runtime's own; `websockets` needs the library of that name."""

DEFAULT: Transport = "native"

TRANSPORTS: Final[tuple[Transport, ...]] = get_args(Transport)

_MODULES: Final = {
    "native": "rtgen_runtime.transports.native.server",
    "websockets": "rtgen_runtime.transports.websockets",
}


class _Listen(Protocol):
    def __call__(
        self,
        app: App,
        host: str,
        port: int,
        *,
        origins: Origins,
        tls: ssl.SSLContext | None,
        sockets: Sequence[socket.socket] = (),
    ) -> AbstractAsyncContextManager[Listening]: ...


@asynccontextmanager
async def listen(
    app: App,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    origins: Origins = None,
    transport: Transport | None = None,
    tls: ssl.SSLContext | None = None,
    sockets: Sequence[socket.socket] = (),
) -> AsyncIterator[Listening]:
    """Serve an app until the block ends, by `DEFAULT` where no transport is named.

    `origins` are the web pages that may connect, as exact origins; `None` allows all. Clients that are no browsers
    send no Origin: with a list, they may connect only if `None` stands in it. With `tls` the port speaks TLS alone.
    With `sockets`, which are bound already, it listens there; the `native` transport can.

    Raises:
        UsageError: The contract asks who connects, and the app has no `auth=`; or there is no such transport.
        OSError: It can't listen there.
    """
    module = _MODULES.get(transport or DEFAULT)
    if module is None:
        raise UsageError(f"a transport is one of {', '.join(TRANSPORTS)}")
    if sockets and module != _MODULES["native"]:
        raise UsageError(
            "only the native transport serves sockets that were bound before"
        )
    chosen = cast("_Listen", importlib.import_module(module).listen)
    more = {"sockets": sockets} if sockets else {}
    async with chosen(app, host, port, origins=origins, tls=tls, **more) as listening:
        yield listening
