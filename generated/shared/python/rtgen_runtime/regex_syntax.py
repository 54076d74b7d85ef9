r"""The syntax of regular expressions in ECMA-262 (2018) with the `u` flag: what `format: regex` accepts.

Engines disagree at the edges (Python's takes `a{2,1`, browsers know different Unicode properties), so both ends read
a text by the same small grammar instead of asking theirs; `regex-syntax.ts` is the other one. Left out: `\p{…}`, whose
names depend on the version of Unicode, and names of groups beyond ASCII.
"""

import re
from typing import Final

_ESCAPE: Final = (
    r"[dDwWsSfnrtv]|c[A-Za-z]|0(?![0-9])|x[0-9A-Fa-f]{2}"
    r"|u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}"
    r"|u\{0*(?:10|[0-9A-Fa-f])?[0-9A-Fa-f]{1,4}\}|[\^$\\.*+?()\[\]{}|/]"
)
_TOKEN: Final = re.compile(
    r"(?P<anchor>\^|\$|\\[bB])"
    r"|(?P<open>\((?:\?(?:[:=!]|<[=!]|<(?P<name>[A-Za-z_$][A-Za-z0-9_$]*)>))?)"
    r"|(?P<close>\))"
    r"|(?P<either>\|)"
    r"|(?P<times>(?:[*+?]|\{(?P<least>[0-9]+)(?:,(?P<most>[0-9]*))?\})\??)"
    r"|\[\^?(?P<set>(?:[^\]\\]|\\.)*)\]"
    r"|\\(?P<number>[1-9][0-9]*)"
    r"|\\k<(?P<known>[A-Za-z_$][A-Za-z0-9_$]*)>"
    rf"|\\(?:{_ESCAPE})|[^\^$\\*+?()\[\]{{}}|]",
    re.DOTALL,
)
_MEMBER: Final = re.compile(rf"\\(?:{_ESCAPE}|[b-])|[^\\]", re.DOTALL)
_LOOKING: Final = frozenset({"(?=", "(?!", "(?<=", "(?<!"})
_KINDS: Final = frozenset({r"\d", r"\D", r"\w", r"\W", r"\s", r"\S"})
_CONTROLS: Final = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "b": 8}


def is_regex_syntax(text: str) -> bool:
    """Whether the grammar reads the whole text; in time linear in its length."""
    opened: list[str] = []
    names: set[str] = set()
    known: list[str] = []
    groups = highest = at = 0
    repeatable = False
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            return False
        at = token.end()
        if token["times"] is not None and not (
            repeatable and _is_in_order(token["least"], token["most"])
        ):
            return False
        repeatable = token.lastgroup in {None, "set", "number", "known"}
        if token["open"] is not None:
            opened.append(token["open"])
            groups += token["name"] is not None or token["open"] == "("
            if token["name"] in names:
                return False
            names |= {token["name"]} if token["name"] else set()
        elif token["close"] is not None:
            if not opened:
                return False
            repeatable = opened.pop() not in _LOOKING
        elif token["set"] is not None and not _is_set(token["set"]):
            return False
        highest = max(highest, int((token["number"] or "0")[:9]))
        known += [token["known"]] if token["known"] else []
    return not opened and highest <= groups and names.issuperset(known)


def _is_in_order(least: str | None, most: str | None) -> bool:
    """Whether a count such as `{2,5}` does not end below its start; digits without end are compared as text."""
    if not least or not most:
        return True
    low, high = least.lstrip("0"), most.lstrip("0")
    return (len(low), low) <= (len(high), high)


def _is_set(text: str) -> bool:
    """Whether what stands in brackets is made of members, and its ranges of characters in order."""
    members: list[str] = []
    at = 0
    while at < len(text):
        member = _MEMBER.match(text, at)
        if member is None:
            return False
        members.append(member[0])
        at = member.end()
    index = 0
    while index + 2 < len(members):
        low, dash, high = members[index : index + 3]
        if dash != "-":
            index += 1
            continue
        if low in _KINDS or high in _KINDS or _code_point(low) > _code_point(high):
            return False
        index += 3
    return True


def _code_point(member: str) -> int:
    """The code point that a member of a class stands for."""
    if len(member) == 1:
        return ord(member)
    kind, rest = member[1], member[2:]
    if kind == "u" and len(rest) == 10 and rest[4] == "\\":  # a pair of surrogates
        return (int(rest[:4], 16) - 0xD7F7 << 10) + int(rest[6:], 16)
    if kind in "xu" and rest:
        return int(rest.strip("{}"), 16)
    if kind == "c":
        return ord(rest) % 32
    return 0 if kind == "0" else _CONTROLS.get(kind, ord(kind))
