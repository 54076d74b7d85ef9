"""Clients as they come back: their sessions, their refs, and who takes over from whom."""

import pytest
from rtgen_runtime.arrivals import SESSION_AGE, Admission, Arrivals
from rtgen_runtime.codes import CloseCode
from rtgen_runtime.frames import HelloInfo

NOW = 1_700_000_000.0


class Peer:
    """A connection, as far as arrivals look at it."""

    def __init__(self, last_ref: int = 0) -> None:
        self.last_ref = last_ref
        self.ended: list[CloseCode] = []

    def stop(self, code: CloseCode) -> None:
        self.ended.append(code)


class Clock:
    now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def arrivals(clock: Clock) -> Arrivals:
    return Arrivals(b"k" * 32, clock)


def hello(session: str = "", client: str = "c1") -> HelloInfo:
    return HelloInfo(contract="small", version="1.2.3", client=client, session=session)


def come(arrivals: Arrivals, peer: Peer, session: str = "", subject: str | None = None) -> Admission:
    """Arrive, as a connection that has to say its name."""
    admission = arrivals.admit("fresh", subject, hello(session))
    arrivals.arrived(admission, peer)
    return admission


class TestSession:
    def test_is_minted_and_presented_again(self, arrivals: Arrivals) -> None:
        first = arrivals.admit("s1", None, hello())
        assert first.session == "s1"
        assert first.pass_.startswith("s1.")
        assert arrivals.admit("s2", None, hello(first.pass_)).session == "s1"

    def test_its_public_name_is_not_enough(self, arrivals: Arrivals) -> None:
        pass_ = arrivals.admit("s1", None, hello()).pass_
        name, stamp, signature = pass_.split(".")
        forged = [
            name,
            f"{name}.",
            f"{name}.{stamp}.",
            f"{name}.{stamp}.{signature[:-1]}x",
            f"other.{stamp}.{signature}",
        ]
        forged += ["", ".", "..", f"{name}..{signature}", f"{name}.zz.{signature}", pass_ + "0", "\ud800"]
        for each in forged:
            assert arrivals.admit("s2", None, hello(each)).session == "s2", each

    def test_passes_from_nobody_to_nobody(self, arrivals: Arrivals) -> None:
        of_ada = arrivals.admit("s1", "ada", hello()).pass_
        of_a_guest = arrivals.admit("s2", None, hello()).pass_
        assert arrivals.admit("n", "ada", hello(of_ada)).session == "s1"
        assert arrivals.admit("n", "bob", hello(of_ada)).session == "n"
        assert arrivals.admit("n", None, hello(of_ada)).session == "n"
        assert arrivals.admit("n", "ada", hello(of_a_guest)).session == "n"

    def test_is_known_to_every_process_with_the_key_and_to_no_other(self, clock: Clock, arrivals: Arrivals) -> None:
        pass_ = arrivals.admit("s1", None, hello()).pass_
        assert Arrivals(b"k" * 32, clock).admit("n", None, hello(pass_)).session == "s1"
        assert Arrivals(b"x" * 32, clock).admit("n", None, hello(pass_)).session == "n"

    def test_ages(self, clock: Clock, arrivals: Arrivals) -> None:
        pass_ = arrivals.admit("s1", None, hello()).pass_
        clock.now += SESSION_AGE
        assert arrivals.admit("n", None, hello(pass_)).session == "s1"
        clock.now += 2
        assert arrivals.admit("n", None, hello(pass_)).session == "n"

    def test_may_be_revoked(self, clock: Clock) -> None:
        revoked: set[str] = set()
        arrivals = Arrivals(b"k" * 32, clock, is_revoked=revoked.__contains__)
        pass_ = arrivals.admit("s1", None, hello()).pass_
        revoked.add("s1")
        assert arrivals.admit("n", None, hello(pass_)).session == "n"


class TestLastRef:
    def test_is_unknown_at_first(self, arrivals: Arrivals) -> None:
        assert come(arrivals, Peer()).last_ref is None

    def test_is_told_to_who_comes_straight_back(self, arrivals: Arrivals) -> None:
        peer = Peer(7)
        first = come(arrivals, peer)
        arrivals.gone(first, peer)
        assert come(arrivals, Peer(), first.pass_).last_ref == 7

    def test_is_told_while_the_old_connection_is_not_missed_yet(self, arrivals: Arrivals) -> None:
        first = come(arrivals, Peer(7))
        assert come(arrivals, Peer(), first.pass_).last_ref == 7

    def test_is_unknown_to_who_was_elsewhere_meanwhile(self, clock: Clock, arrivals: Arrivals) -> None:
        here, there = Peer(7), Peer(20)
        other = Arrivals(b"k" * 32, clock)
        first = come(arrivals, here)
        arrivals.gone(first, here)
        second = come(other, there, first.pass_)
        assert second.last_ref is None
        other.gone(second, there)
        assert come(arrivals, Peer(), second.pass_).last_ref is None

    def test_is_not_guessed_where_nothing_came(self, arrivals: Arrivals) -> None:
        peer = Peer(0)
        first = come(arrivals, peer)
        arrivals.gone(first, peer)
        assert come(arrivals, Peer(), first.pass_).last_ref is None

    def test_of_an_unnamed_client_is_not_kept(self, arrivals: Arrivals) -> None:
        first = arrivals.admit("s1", None, hello(client=""))
        assert first.instance is None
        assert arrivals.arrived(first, Peer(3)) is None
        assert arrivals.admit("s1", None, hello(first.pass_, client="")).last_ref is None

    def test_memory_is_bounded(self, clock: Clock) -> None:
        arrivals = Arrivals(b"k" * 32, clock, most=2)
        passes = []
        for number in range(3):
            peer = Peer(number + 1)
            admission = arrivals.admit(f"s{number}", None, hello())
            arrivals.arrived(admission, peer)
            arrivals.gone(admission, peer)
            passes.append(admission.pass_)
        assert [arrivals.admit("n", None, hello(each)).last_ref for each in passes] == [None, 2, 3]


class TestTakingOver:
    def test_a_newer_connection_of_one_client_replaces_the_older(self, arrivals: Arrivals) -> None:
        old, new = Peer(), Peer()
        first = arrivals.admit("s1", "ada", hello())
        assert arrivals.arrived(first, old) is None
        assert arrivals.arrived(arrivals.admit("s2", "ada", hello()), new) is old

    def test_the_end_of_the_older_does_not_end_the_newer(self, arrivals: Arrivals) -> None:
        old, new, newest = Peer(3), Peer(5), Peer()
        first = come(arrivals, old, subject="ada")
        second = come(arrivals, new, first.pass_, "ada")
        arrivals.gone(first, old)
        assert arrivals.arrived(arrivals.admit("n", "ada", hello(second.pass_)), newest) is new

    def test_nobody_replaces_somebody_else(self, arrivals: Arrivals) -> None:
        come(arrivals, Peer(), subject="ada")
        strangers = [("bob", ""), (None, ""), (None, "fresh"), ("#fresh", ""), ("@ada", "")]
        for number, (subject, session) in enumerate(strangers):
            admission = arrivals.admit(f"n{number}", subject, hello(session))
            assert arrivals.arrived(admission, Peer()) is None, subject

    def test_a_guest_is_replaced_by_who_presents_its_session_only(self, arrivals: Arrivals) -> None:
        guest = Peer()
        first = come(arrivals, guest)
        assert arrivals.arrived(arrivals.admit("n", None, hello()), Peer()) is None
        assert arrivals.arrived(arrivals.admit("n", None, hello(first.pass_)), Peer()) is guest
