"""How each flag is set: as the contract says, unless an option at the start or somebody at run time says otherwise.

What is said at run time goes to every process. Two that speak of one flag at the same time agree afterwards, whatever
the order in which they hear it: the later word wins, and of two of one moment the one of the greater process name.
"""

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from rtgen_runtime.broker.words import Switched
from rtgen_runtime.errors import UsageError
from rtgen_runtime.flags.declaring import Flag, Value, Variant
from rtgen_runtime.flags.share import chosen, places

_TICK: Final = 1e-6
"""Seconds by which a later word is later, whatever the clock says."""

_logger: Final = logging.getLogger("rtgen.flags")


@dataclass(frozen=True, slots=True)
class Setting:
    """How one flag is set. `killed`: it is off for everybody, whatever else stands here."""

    flag: Flag
    percent: float
    variants: tuple[Variant, ...]
    killed: bool = False

    def value(self, contract: str, key: str) -> Value:
        """What it is for a person."""
        if self.killed:
            return self.flag.off
        place, which = places(contract, self.flag.name, key)
        if place * 100.0 >= self.percent:
            return self.flag.off
        return chosen(self.variants, which) if self.variants else True

    def __str__(self) -> str:
        if self.killed:
            return "off"
        weights = ", ".join(f"{each.name} {each.weight:g}" for each in self.variants)
        return f"{self.percent:g} %" + (f" ({weights})" if weights else "")


class Switchboard:
    """The settings of one process. `wall` gives Unix time, `name` is the process's own."""

    def __init__(
        self,
        flags: Iterable[Flag],
        wall: Callable[[], float],
        name: str | None = None,
    ) -> None:
        self._wall = wall
        self._name = secrets.token_hex(6) if name is None else name
        self._base = {
            each.name: Setting(each, each.percent, each.variants) for each in flags
        }
        self._words: dict[str, Switched] = {}
        self._now = dict(self._base)
        self.tell: Callable[[Switched], None] = lambda _word: None
        """Tells other processes."""
        self.changed: Callable[[str], None] = lambda _flag: None
        """Hears which flag is set otherwise now."""

    @property
    def settings(self) -> Mapping[str, Setting]:
        """How all flags are set, by name."""
        return self._now

    def is_set(self, flag: str) -> bool:
        """Whether it was set at run time, and not set back."""
        word = self._words.get(flag)
        return word is not None and not _is_nothing(word)

    def begin(
        self,
        flag: str,
        *,
        percent: float | None = None,
        variants: Mapping[str, float] | None = None,
        killed: bool | None = None,
    ) -> Setting:
        """Set it for this process alone, as an option at its start does; what is said at run time goes before.

        Raises:
            UsageError: There is no such flag or variant, or a number is none that it can be.
        """
        setting = self._known(flag)
        weights = None if variants is None else _weights(setting.flag, variants)
        self._base[flag] = Setting(
            setting.flag,
            _percent(percent, setting.percent),
            _variants(setting, weights),
            setting.killed if killed is None else killed,
        )
        self._take(flag)
        return self._now[flag]

    def set(
        self,
        flag: str,
        *,
        percent: float | None = None,
        variants: Mapping[str, float] | None = None,
        killed: bool | None = None,
    ) -> Setting:
        """Set it everywhere. What is left out stays as it is.

        Raises:
            UsageError: There is no such flag or variant, or a number is none that it can be.
        """
        base, before = self._known(flag), self._words.get(flag)
        if percent is not None:
            percent = _percent(percent, base.percent)
        weights = None if variants is None else _weights(base.flag, variants)
        if before is not None:
            percent = before.percent if percent is None else percent
            weights = before.variants if weights is None else weights
            killed = before.killed if killed is None else killed
        return self._say(flag, percent, weights, killed)

    def reset(self, flag: str) -> Setting:
        """Everywhere as it was at the start.

        Raises:
            UsageError: There is no such flag.
        """
        self._known(flag)
        return self._say(flag, None, None, None)

    def hear(self, word: Switched) -> bool:
        """Take a word, wherever it was said; false for one that is older than what is known."""
        known = self._words.get(word.flag)
        if word.flag not in self._base or (
            known is not None and (known.at, known.by) >= (word.at, word.by)
        ):
            return False
        self._words[word.flag] = word
        self._take(word.flag)
        return True

    def _say(
        self,
        flag: str,
        percent: float | None,
        weights: dict[str, float] | None,
        killed: bool | None,
    ) -> Setting:
        before = self._words.get(flag)
        at = self._wall() if before is None else max(self._wall(), before.at + _TICK)
        word = Switched(flag, at, self._name, percent, weights, killed)
        self.hear(word)
        self.tell(word)
        return self._now[flag]

    def _take(self, flag: str) -> None:
        setting, word = self._base[flag], self._words.get(flag)
        if word is not None:
            setting = _said(setting, word)
        if setting != self._now[flag]:
            self._now[flag] = setting
            _logger.info("flag %s: %s", flag, setting)
            self.changed(flag)

    def _known(self, flag: str) -> Setting:
        setting = self._base.get(flag)
        if setting is None:
            known = ", ".join(self._base) or "none at all"
            raise UsageError(f"there is no flag {flag!r}; the contract has {known}")
        return setting


def _is_nothing(word: Switched) -> bool:
    return word.percent is None and word.variants is None and word.killed is None


def _said(start: Setting, word: Switched) -> Setting:
    percent = start.percent if word.percent is None else word.percent
    killed = start.killed if word.killed is None else word.killed
    return Setting(start.flag, percent, _variants(start, word.variants), killed)


def _percent(given: float | None, otherwise: float) -> float:
    if given is None:
        return otherwise
    if not 0 <= given <= 100:
        raise UsageError(f"{given} is no percentage: it is a number from 0 to 100")
    return float(given)


def _weights(flag: Flag, given: Mapping[str, float]) -> dict[str, float]:
    known = [each.name for each in flag.variants]
    unknown = [each for each in given if each not in known]
    if unknown:
        words = f"has {', '.join(known)}" if known else "has no variants"
        raise UsageError(f"the flag {flag.name!r} {words}, not {unknown[0]!r}")
    whole = {name: float(given.get(name, 0.0)) for name in known}
    if not all(0 <= each < float("inf") for each in whole.values()) or not any(
        whole.values()
    ):
        raise UsageError("weights are numbers from 0 on, and one at least is more")
    return whole


def _variants(
    setting: Setting, weights: dict[str, float] | None
) -> tuple[Variant, ...]:
    """Of another version of the contract a word may speak of other variants; then those of the start stay."""
    known = [each.name for each in setting.flag.variants]
    if weights is None or list(weights) != known or not any(weights.values()):
        return setting.variants
    return tuple(Variant(name, weights[name]) for name in known)
