"""What is deprecated warns whoever calls it, where it is called."""

import asyncio
import inspect
import warnings

import pytest
from rtgen_runtime.codegen_v1 import deprecated


class Speaker:
    """Has one method of each kind that generated classes have."""

    @deprecated("`old` is deprecated: use new")
    def old(self, word: str) -> str:
        """Say a word."""
        return word

    @property
    @deprecated("`heard` is deprecated")
    def heard(self) -> str:
        """What was said."""
        return "nothing"

    @deprecated("`asked` is deprecated")
    async def asked(self) -> int:
        """Ask."""
        return 7


def test_a_call_warns_at_the_callers_line_and_does_its_work() -> None:
    with pytest.warns(DeprecationWarning, match="`old` is deprecated: use new") as caught:
        assert Speaker().old("hello") == "hello"
    assert caught[0].filename == __file__
    with pytest.warns(DeprecationWarning, match="heard"):
        assert Speaker().heard == "nothing"
    with pytest.warns(DeprecationWarning, match="asked"):
        assert asyncio.run(Speaker().asked()) == 7


def test_a_line_is_told_once_under_pythons_own_filter() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(3):
            Speaker().old("again")
        Speaker().old("elsewhere")
    assert len(caught) == 2


def test_it_still_looks_like_what_it_was() -> None:
    assert Speaker.old.__doc__ == "Say a word."
    assert list(inspect.signature(Speaker.old).parameters) == ["self", "word"]
