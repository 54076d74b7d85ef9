"""What random schemas and their values are made of: texts, numbers, names, formats, patterns."""

from typing import Any, Final

Schema = dict[str, Any]

FORMATS: Final[dict[str, tuple[str, ...]]] = {
    "date-time": (
        *("2026-01-31T23:59:59Z", "2026-01-01T00:00:00.123456789+01:30", "1990-12-31T23:59:60Z"),
        *("2026-02-30T00:00:00Z", "2026-01-01", "2026-01-01t00:00:00z", "2026-01-01 00:00:00Z"),
    ),
    "date": ("2024-02-29", "2026-12-31", "0000-01-01", "2023-02-29", "2024-2-9", "20240229", "2024-W01-1"),
    "time": ("12:30:00+00:00", "23:59:60Z", "00:00:00.5z", "12:30", "24:00:00Z", "22:59:60Z"),
    "duration": ("P3DT4H", "P2W", "PT0S", "P1Y2M3DT4H5M6S", "PT", "P1Y2W", "P1.5D", "P1YT"),
    "uuid": (
        "123e4567-e89b-12d3-a456-426614174000",
        "123E4567-E89B-12D3-A456-426614174000",
        "00000000-0000-0000-0000-000000000000",
        "123e4567e89b12d3a456",
        "",
    ),
    "email": ("a@b.example", "a+b@c", "a.b@xn--a", "a@", "a..b@c.example", "ä@b.example", "a@-b.example", '"a b"@c.d'),
    "hostname": ("a.example", "xn--a", "1.2", "a" * 63, "-a.example", "a_b", "a" * 64, "a.", ""),
    "ipv4": ("127.0.0.1", "0.0.0.0", "255.255.255.255", "127.0.0.01", "256.0.0.1", "1.2.3"),  # noqa: S104  # no address
    "ipv6": ("::1", "::ffff:1.2.3.4", "2001:db8::8:800:200c:417a", "1::2::3", "fe80::1%eth0", "12345::", "::1.2.3"),
    "uri": ("https://a.example/b?c#d", "urn:x:y", "http://[::1]:80/", "a/b", "https://a b", "http://%zz", "http:"),
    "uri-reference": ("a/b", "#x", "//a.example", "", "?q", "\\a", "%zz", "1:a", "a b"),
    "json-pointer": ("", "/a/b~0~1", "/", "/a//0", "a", "/~2", "#/a"),
    "regex": ("^a+$", "[a-c]{1,3}", "a|b", "(?:x)", "(", "[a-", "a{2,1", "a{2,1}", "(?=a)", "\\d", "a**"),
}
"""Texts for each format, accepted ones first."""

PATTERNS: Final = ("^[a-z]{1,4}$", "\\d", "^(?:ab|cd)+$", "[^x]", "^\\w-\\s$", "a.c", "^$", "[A-Fa-f0-9]{2}")
NAME_PATTERNS: Final = ("^[a-c]", "e$", "-", "^_", "[A-Z]")

WORDS: Final = (
    *("a", "ab", "abc", "abcd", "", "1", "ab cd", "abab", "a-b ", "Ff", "x\ny", "a\n"),
    *("é", "e\u0301", "😀", "a😀b", "\u2028", "\u00a0", "٣", "\x7f", "__proto__"),
)
NAMES: Final = (
    *("id", "name", "class", "user-id", "length", "2nd"),
    *("__proto__", "constructor", "toString", "a/b", "x~y", "länge", "0"),
)
MEMBERS: Final = (*NAMES, "")
"""Names that values may have; the empty one can't be declared."""

NUMBERS: Final = (
    *(0, 1, -1, 2, 3, 5, 10, 1.5, -0.5, 0.1, 0.3, 100.0, 4.0, 1e2, 1e-7, 0.29, 4.35),
    *(2**53 - 1, 2**53, 2**53 + 1, -(2**53), 2**64, 1e300),
)
