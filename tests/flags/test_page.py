"""docs/flags.md: its contract compiles, its way to the places is ours, and what it names is there."""

import json
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rtgen_runtime.flags import options, share
from rtgen_runtime.flags.rollout import SLICE, Rollout
from rtgen_runtime.observing.metrics import METRICS
from small_contracts import HEAD, contract

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "flags.md").read_text(encoding="utf-8")
CODE = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FOUND: dict[str, object] = {}
exec(next(each for each in CODE if "def places" in each), FOUND)  # noqa: S102  # the page's own code is what is tried


def test_its_contract_compiles() -> None:
    text = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[0]
    flags = contract(HEAD + text + "channels: {}\n").flags
    assert [each.values for each in flags] == [(False, True), ("side", "top")]


@given(st.text(max_size=30))
def test_its_places_are_ours(key: str) -> None:
    places = FOUND["places"]
    assert callable(places)
    assert places("chat", "newEditor", key) == share.places("chat", "newEditor", key)


def test_its_figures() -> None:
    shown = next(each for each in json.loads((ROOT / "tests/conformance/flags.json").read_text(encoding="utf-8")))
    assert all(str(place) in PAGE for place in shown["places"])
    assert f"the first {SLICE} connections at once" in PAGE


def test_what_it_names_is_there() -> None:
    assert set(re.findall(r"`(rtgen_flag_\w+)", PAGE)) == {
        each.name for each in METRICS if each.name.startswith("rtgen_flag_")
    }
    for name in (options.FLAGS_VARIABLE, options.BEARER_VARIABLE, options.FILE_VARIABLE):
        assert name in PAGE
    assert all(hasattr(Rollout, name) for name in re.findall(r"`app\.flags\.(\w+)\(", PAGE))
