import gc

from rtgen_runtime.garbage import YOUNG, seldom_searched


class Cycle:
    def __init__(self) -> None:
        self.me = self


def test_while_it_serves_garbage_is_searched_seldom_and_as_before_afterwards() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    with seldom_searched():
        assert gc.get_threshold() == (YOUNG, *before[1:])
        assert gc.get_freeze_count() > frozen
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_cycles_made_meanwhile_are_still_found() -> None:
    with seldom_searched():
        for _ in range(100):
            Cycle()
        assert gc.collect() >= 100
