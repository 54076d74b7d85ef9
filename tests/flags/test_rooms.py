"""Members who have a flag are an index: it says the same as asking each of them, whatever happens in between."""

from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from rtgen_runtime.rooms import Room, Target, behind

FLAGS = ("editor", "layout")
names = st.sampled_from("abc")


@dataclass(eq=False)
class Member:
    """Somebody at an address."""

    session: str
    subject: str | None
    on: frozenset[str] = field(default_factory=frozenset)


class Rooms(RuleBasedStateMachine):
    """People come, go and change; targets with flags and without."""

    def __init__(self) -> None:
        super().__init__()
        self.room: Room[Member] = Room()
        self.members: list[Member] = []

    @rule(session=names, subject=st.none() | names, on=st.frozensets(st.sampled_from(FLAGS)))
    def come(self, session: str, subject: str | None, on: frozenset[str]) -> None:
        self.members.append(Member(session, subject, on))
        self.room.add(self.members[-1])

    @rule(data=st.data())
    def go(self, data: st.DataObject) -> None:
        if self.members:
            member = data.draw(st.sampled_from(self.members))
            self.members.remove(member)
            self.room.remove(member)

    @rule(data=st.data(), on=st.frozensets(st.sampled_from(FLAGS)))
    def change(self, data: st.DataObject, on: frozenset[str]) -> None:
        if self.members:
            data.draw(st.sampled_from(self.members)).on = on
            self.room.flags_changed()

    @invariant()
    def agrees(self) -> None:
        for flag in FLAGS:
            having = [each for each in self.members if flag in each.on]
            assert list(self.room.chosen(Target(flag=flag))) == having
            for name in "abc":
                but, to, of = (
                    self.room.chosen(behind(flag, target) or Target())
                    for target in (Target(but=name), Target(session=name), Target(subject=name))
                )
                assert list(but) == [each for each in having if each.session != name]
                assert list(to) == [each for each in having if each.session == name]
                assert list(of) == [each for each in having if each.subject == name]


TestRooms = Rooms.TestCase


def test_without_a_flag_a_target_stays_what_it_is() -> None:
    target = Target(session="a")
    assert behind("", target) is target
    assert behind("", None) is None
