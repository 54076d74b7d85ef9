"""What a client says first."""

from msgspec import UNSET

from rtgen_runtime.client.notices import are_wanted
from rtgen_runtime.declarations import Contract
from rtgen_runtime.frames import DEPRECATIONS, Hello, HelloInfo, encode


def hello(contract: Contract, client: str, session: str, token: str | None) -> bytes:
    """The first frame of a connection; `session` is what the last welcome gave."""
    return encode(
        Hello(
            HelloInfo(
                contract=contract.name,
                version=contract.version,
                hash=contract.hash,
                client=client,
                session=session,
                token=UNSET if token is None else token,
                capabilities=[DEPRECATIONS] if are_wanted() else [],
            )
        )
    )
