"""Texts of which it is known whether they have a format. The runtimes' own judges stay in the runtimes."""

from typing import Final

_UUID: Final = "2f1e6b1c-8d7a-4c3e-9a51-0b6f5e4d3c2b"

VALID: Final[dict[str, tuple[str, ...]]] = {
    "date-time": ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678+01:00"),
    "date": ("2026-01-02", "2024-02-29"),
    "time": ("03:04:05Z", "03:04:05.678+01:00"),
    "duration": ("P1DT2H", "PT5M"),
    "uuid": (_UUID, "00000000-0000-0000-0000-000000000000"),
    "email": ("ada@example.org", "a.b@example.org"),
    "hostname": ("example.org", "localhost"),
    "ipv4": ("192.0.2.1", "127.0.0.1"),
    "ipv6": ("2001:db8::1", "::1"),
    "uri": ("https://example.org/a", "urn:isbn:0451450523"),
    "uri-reference": ("https://example.org/a", "/a/b"),
    "json-pointer": ("/a/0", ""),
    "regex": ("^a+$", "b"),
}
"""Of each format some texts that have it."""

_WELL_KNOWN_REFUSALS: Final[dict[str, tuple[str, ...]]] = {
    "date-time": ("", "x", "2026-01-02", "03:04:05Z", _UUID, "/a/0"),
    "date": ("", "x", "2026-01-02T03:04:05Z", "03:04:05Z", _UUID, "/a/0"),
    "time": ("", "x", "2026-01-02", "2026-01-02T03:04:05Z", _UUID, "/a/0"),
    "duration": ("", "x", "2026-01-02", "03:04:05Z", _UUID, "/a/0"),
    "uuid": ("", "x", "2026-01-02", "03:04:05Z", "P1DT2H", "/a/0", "example.org"),
    "email": ("", "x", "2026-01-02", _UUID, "P1DT2H", "/a/0", "example.org"),
    "hostname": ("", "/a/0", "2026-01-02T03:04:05Z", "ada@example.org", "::1", " "),
    "ipv4": ("", "x", "2026-01-02", _UUID, "P1DT2H", "/a/0", "::1"),
    "ipv6": ("", "x", "2026-01-02", _UUID, "P1DT2H", "/a/0", "192.0.2.1"),
    "uri": ("", "x", "2026-01-02", "/a/0", " "),
    "uri-reference": (" ", "^a+$"),
    "json-pointer": ("x", "2026-01-02", _UUID, "P1DT2H"),
    "regex": ("(", "[", "a{2,1}"),
}


def has_format(name: str, text: str) -> bool | None:
    """Whether a text has a format, where that is known."""
    if text in VALID.get(name, ()):
        return True
    return False if text in _WELL_KNOWN_REFUSALS.get(name, ()) else None


def texts() -> tuple[str, ...]:
    """All texts of which something is known."""
    every = (text for table in (VALID, _WELL_KNOWN_REFUSALS) for listed in table.values() for text in listed)
    return tuple(dict.fromkeys(every))
