"""The decoder of a server that has clients of several versions."""

from collections.abc import Callable
from typing import Final

from rtgen_runtime.codecs import Codec
from rtgen_runtime.declarations import Contract
from rtgen_runtime.decoding import ClientDecoder, Decoding
from rtgen_runtime.versions.choosing import older
from rtgen_runtime.versions.interpreter import Interpreter
from rtgen_runtime.versions.phrasebook import Phrasebook


class Polyglot(ClientDecoder):
    """Reads clients of the newest version itself. `count` is told the version of each conversion."""

    def __init__(self, contract: Contract, count: Callable[[str], None]) -> None:
        super().__init__(contract)
        self._contract: Final = contract
        self._books: Final = {
            old.version: Phrasebook(contract, old, count) for old in contract.versions
        }

    def speaking(self, version: str, codec: Codec) -> Decoding:
        """An interpreter for a client of an older version."""
        old = older(self._contract, version)
        if old is None:
            return self
        return Interpreter(self._books[old.version], self, codec)


def decoder_of(contract: Contract, count: Callable[[str], None]) -> ClientDecoder:
    """What a server of this contract reads with."""
    if not contract.versions:
        return ClientDecoder(contract)
    return Polyglot(contract, count)
