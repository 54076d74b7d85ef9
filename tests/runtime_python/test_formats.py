"""The table of formats, value by value."""

import pytest
from rtgen_runtime.formats import FORMATS

VALID = {
    "date-time": [
        "2026-01-02T03:04:05Z",
        "2026-01-02t03:04:05.123456789+23:59",
        "0000-02-29T00:00:00-00:00",
        "1990-12-31T23:59:60Z",
        "1990-12-31T15:59:60-08:00",
    ],
    "date": ["2024-02-29", "2000-02-29", "9999-12-31"],
    "time": ["00:00:00Z", "23:59:59.9+00:00", "23:59:60Z", "01:29:60+01:30"],
    "duration": ["P1Y", "P1Y2M3DT4H5M6S", "PT0S", "P4W", "P1M2D", "PT5M6S"],
    "uuid": ["0189b0de-0000-7000-8000-000000000000", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"],
    "email": ["a@b", "joe.bloggs+x@example.com", "a!#$%&'*+/=?^_`{|}~-@b.c"],
    "hostname": ["a", "www.example.com", "xn--4gbwdl.xn--wgbh1c", "a" * 63, "1.2"],
    "ipv4": ["10.0.0.0", "255.255.255.255", "192.0.2.1"],
    "ipv6": ["::", "::1", "2001:db8::1", "::ffff:192.0.2.1", "1:2:3:4:5:6:7:8"],
    "uri": ["http://a.example/b?c#d", "urn:x:y", "mailto:a@b.c", "http://[::1]:80/", "a:", "file:///x"],
    "uri-reference": ["", "/a", "a/b", "?x", "#y", "//host/p", "http://a", "a%20b"],
    "json-pointer": ["", "/", "/a/~0~1/0", "/a b"],
    "regex": ["", "a|b", "^[a-z]+$", "(?:x)"],
}
INVALID = {
    "date-time": [
        "",
        "2026-01-02 03:04:05Z",
        "2026-01-02T03:04:05",
        "2026-1-2T03:04:05Z",
        "2026-02-30T00:00:00Z",
        "2026-01-02T24:00:00Z",
        "2026-01-02T03:04:60Z",
        "2026-01-02T03:04:05+24:00",
        "2026-01-02T03:04:05.Z",
        "২026-01-02T03:04:05Z",
        "2026-01-02T03:04:05Z\n",
    ],
    "date": ["2023-02-29", "1900-02-29", "2024-13-01", "2024-00-01", "2024-01-00", "24-01-01", "2024-01-01\n"],
    "time": ["24:00:00Z", "00:60:00Z", "00:00:61Z", "00:00:00", "22:59:60Z", "00:00:00+00"],
    "duration": ["", "P", "PT", "P1", "1Y", "P1YT", "P1Y3D", "P1W2D", "P1S", "PT1D", "P-1Y", "P1.5Y"],
    "uuid": [
        "",
        "0189b0de00007000800000000000000",
        "0189b0de-0000-7000-8000-00000000000g",
        "{0189b0de-0000-7000-8000-000000000000}",
    ],
    "email": ["", "a", "@b", "a@", "a@b@c", ".a@b", "a..b@c", "a b@c", "x" * 65 + "@b", "a@-b", "a@b."],
    "hostname": [
        "",
        "-a",
        "a-",
        "a..b",
        "a_b",
        "a" * 64,
        ".a",
        "a.",
        "ä.example",
        "a" * 63 + ("." + "a" * 63) * 3 + ".ab",
    ],
    "ipv4": ["", "1.2.3", "1.2.3.4.5", "256.0.0.0", "01.2.3.4", "1.2.3.4 ", "1.2.3.٤", "1.2.3.4\n", "1.2.3."],
    "ipv6": ["", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::1%eth0", "12345::", "::1/64", "1::2::3"],
    "uri": [
        "",
        "/a",
        "a b:c",
        "1a:b",
        "http://a b",
        "http://[::1",
        "http://a/%zz",
        "http://a/\\",
        "http://[1.2.3.4]/",
        "http://ä/",
        "://x",
    ],
    "uri-reference": ["a b", "%", ":a", "1:a", "http://[", "\\", "a\n"],
    "json-pointer": ["a", "/~", "/~2", "#/a", "/a~"],
    "regex": ["(", "[", "*", "(?P<x>a)", r"\Z"],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in VALID.items() for text in texts])
def test_accepted(name: str, text: str) -> None:
    assert FORMATS[name](text)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in INVALID.items() for text in texts])
def test_refused(name: str, text: str) -> None:
    assert not FORMATS[name](text)


def test_every_format_of_the_language_has_a_matcher() -> None:
    assert set(FORMATS) == set(VALID) == set(INVALID)
