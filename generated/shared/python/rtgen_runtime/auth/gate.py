"""The way from a token to an identity that handlers can rely on."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from rtgen_runtime.auth.revocation import Revocations
from rtgen_runtime.codes import ErrorCode
from rtgen_runtime.declarations import Contract
from rtgen_runtime.effects import Authenticate, Effect
from rtgen_runtime.errors import InvalidPayload, UsageError
from rtgen_runtime.identity import (
    NOBODY,
    Authenticator,
    AuthUnavailable,
    Handshake,
    Identity,
    NotAuthenticated,
    Secret,
    at_once_of,
    looks_at_handshakes,
)
from rtgen_runtime.session import Session

PATIENCE: Final = 4.5
"""Seconds that an authenticator has: less than the deadline of a hello, so that the client is told why."""

_logger: Final = logging.getLogger("rtgen.auth")

Told = Callable[[str, str, Identity, str], None]
"""Hears of every token that was checked: whose connection, what came of it, who it is, why not."""


class Gate:
    """Asks the authenticator, the revocations and the contract's schema of the claims, in this order."""

    def __init__(
        self,
        contract: Contract,
        authenticator: Authenticator | None,
        revocations: Revocations,
        told: Told = lambda *_: None,
    ) -> None:
        self._told = told
        self._contract = contract
        self._authenticator: Authenticator | None = None
        self._at_once = at_once_of(None)
        self.keeps_handshakes = looks_at_handshakes(None)
        """Whether the authenticator may look at one, also when a client renews its token."""
        self._revocations = revocations
        if authenticator is not None:
            self.use(authenticator)

    def use(self, authenticator: Authenticator) -> None:
        """Ask this authenticator from now on.

        Raises:
            UsageError: The contract asks for no identity, or there is an authenticator already.
        """
        if self._contract.auth is None:
            raise UsageError(f"the contract {self._contract.name} has no `auth`")
        if self._authenticator is not None:
            raise UsageError("there is an authenticator already")
        self._ask(authenticator)

    def put_before(self, wrap: Callable[[Authenticator | None], Authenticator]) -> None:
        """Ask another authenticator, which may ask the one that was there; for tests."""
        self._ask(wrap(self._authenticator))

    def exchange(self, authenticator: Authenticator | None) -> None:
        """Ask another one from now on; who is connected stays, and meets it when it renews. `None` changes nothing.

        It should look at handshakes only if the one before did: else those of who is connected were not kept.
        """
        self._ask(authenticator or self._authenticator)

    def _ask(self, authenticator: Authenticator | None) -> None:
        self._authenticator, self._at_once = authenticator, at_once_of(authenticator)
        self.keeps_handshakes = looks_at_handshakes(authenticator)

    def check(self) -> None:
        """Fail at the start rather than at each client.

        Raises:
            UsageError: The contract asks for an identity, and nobody can tell one.
        """
        auth = self._contract.auth
        if auth is not None and not auth.anonymous and self._authenticator is None:
            words = f"the contract {self._contract.name} asks who connects: give the app an `auth=`"
            raise UsageError(words)

    async def identify(self, token: Secret | None, handshake: Handshake) -> Identity:
        """Who it is, with decoded claims.

        Raises:
            NotAuthenticated: Nobody we know, whatever the reason.
            AuthUnavailable: It can't be told now.
        """
        if self._authenticator is None:
            raise NotAuthenticated("there is no authenticator")
        given = _revealed(token)
        try:
            async with asyncio.timeout(PATIENCE):
                identity = await self._authenticator.authenticate(given, handshake)
        except (NotAuthenticated, AuthUnavailable):
            raise
        except TimeoutError:
            raise AuthUnavailable("the authenticator took too long") from None
        except Exception as error:
            _logger.exception("the authenticator failed")
            raise AuthUnavailable("the authenticator failed") from error
        return self._known(identity)

    def answer_at_once(
        self, session: Session, asked: Authenticate, now: float
    ) -> list[Effect] | None:
        """Identify, and tell the session, where nothing has to be awaited; `None` where something has to."""
        try:
            identity = self._at_once(_revealed(asked.token))
            if identity is None:
                return None
            known = self._known(identity)
        except NotAuthenticated as refused:
            return self._refused(session, asked, refused)
        except AuthUnavailable as unavailable:
            code = ErrorCode.AUTH_UNAVAILABLE
            return self._unidentified(session, asked, code, str(unavailable))
        except Exception:
            _logger.exception("the authenticator failed")
            code, words = ErrorCode.AUTH_UNAVAILABLE, "the authenticator failed"
            return self._unidentified(session, asked, code, words)
        return self._identified(session, asked, known, now)

    async def answer(
        self,
        session: Session,
        asked: Authenticate,
        handshake: Handshake,
        clock: Callable[[], float],
    ) -> list[Effect]:
        """Identify, and tell the session; why somebody is refused stands in the log only."""
        try:
            identity = await self.identify(asked.token, handshake)
        except NotAuthenticated as refused:
            return self._refused(session, asked, refused)
        except AuthUnavailable as unavailable:
            code = ErrorCode.AUTH_UNAVAILABLE
            return self._unidentified(session, asked, code, str(unavailable))
        return self._identified(session, asked, identity, clock())

    def _known(self, identity: Identity) -> Identity:
        """Who is not barred, with decoded claims.

        Raises:
            NotAuthenticated: It is barred, or the claims break the contract.
        """
        if self._revocations.find(identity, "") is not None:
            raise NotAuthenticated("revoked")
        return self._decoded(identity)

    def _identified(
        self, session: Session, asked: Authenticate, identity: Identity, now: float
    ) -> list[Effect]:
        self._told(session.observer.connection, "accepted", identity, "")
        return session.identified(asked.ref, identity, now)

    def _refused(
        self, session: Session, asked: Authenticate, refused: NotAuthenticated
    ) -> list[Effect]:
        code = ErrorCode.UNAUTHORIZED
        return self._unidentified(session, asked, code, refused.reason)

    def _unidentified(
        self, session: Session, asked: Authenticate, code: ErrorCode, reason: str
    ) -> list[Effect]:
        self._told(session.observer.connection, code, NOBODY, reason)
        return session.unidentified(asked.ref, code)

    def _decoded(self, identity: Identity) -> Identity:
        schema = self._contract.auth.claims if self._contract.auth else None
        try:
            claims = None if schema is None else schema.from_value(identity.claims)
        except (InvalidPayload, TypeError):
            raise NotAuthenticated("the claims break the contract") from None
        ttl, issued, token_id = identity.ttl, identity.issued, identity.token_id
        return Identity(identity.subject, claims, ttl, issued, token_id)


def _revealed(token: Secret | None) -> str | None:
    return None if token is None else token.reveal()
