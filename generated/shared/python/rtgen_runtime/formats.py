"""The formats of JSON Schema that are asserted: one matcher each, on the text alone.

`FORMATS` is what generated checks and the judge both use, so that a format has one meaning here.
"""

import calendar
import ipaddress
import re
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from string import hexdigits
from typing import Final

from rtgen_runtime.regex_syntax import is_regex_syntax

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)
_DURATION = re.compile(
    r"P(?:[0-9]+W"
    r"|(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)"
    r"(?:T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S))?"
    r"|T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S))"
)
_SHAPE: Final = bytes(
    ord("0") if chr(code) in "0123456789" else code for code in range(256)
)
"""Every digit as `0`: what is left of a text is its shape."""
# What JavaScript and this runtime write; anything else is looked at piece by piece.
_USUAL_DATE_TIMES: Final = frozenset(
    f"0000-00-00T00:00:00{fraction}Z".encode() for fraction in ("", ".000", ".000000")
)
_from_iso: Final = datetime.fromisoformat
_TAKES_24: Final = sys.version_info >= (3, 14)  # 24:00 is the next midnight there
_HEX_SHAPE: Final = bytes(
    code if chr(code) == "-" else ord("h" if chr(code) in hexdigits else "?")
    for code in range(256)
)
_UUID: Final = b"hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOSTNAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@({_LABEL}(?:\.{_LABEL})*)")
_IPV4 = re.compile(
    r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?=[0-9])|$)){4}"
)
_POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)*")
_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]*:"
_PCHAR = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_REFERENCE = re.compile(
    rf"({_SCHEME})?"
    r"(?://(?:(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*@)?"
    r"(\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?(?=[/?#]|$))?"
    rf"((?:{_PCHAR}|/)*)(?:\?(?:{_PCHAR}|[/?])*)?(?:#(?:{_PCHAR}|[/?])*)?"
)


def is_date(text: str) -> bool:
    """RFC 3339 `full-date`: a day that the calendar has."""
    found = _DATE.fullmatch(text)
    if found is None:
        return False
    year, month, day = (int(part) for part in found.groups())
    # The Gregorian calendar repeats after 400 years; the year 0000 is one, though `calendar` begins at 1.
    return (
        1 <= month <= 12 and 1 <= day <= calendar.monthrange(year % 400 + 400, month)[1]
    )


def is_time(text: str) -> bool:
    """RFC 3339 `full-time`; a leap second only where UTC has one, at 23:59:60."""
    found = _TIME.fullmatch(text)
    if found is None:
        return False
    hour, minute, second = (int(part) for part in found.group(1, 2, 3))
    offset_hour, offset_minute = int(found.group(5) or 0), int(found.group(6) or 0)
    if (
        hour > 23
        or minute > 59
        or second > 60
        or offset_hour > 23
        or offset_minute > 59
    ):
        return False
    if second < 60:
        return True
    offset = offset_hour * 60 + offset_minute
    utc = hour * 60 + minute - (offset if found.group(4) != "-" else -offset)
    return utc % 1440 == 1439


def is_date_time(text: str) -> bool:
    """RFC 3339 `date-time`, with `T` or `t` between the two."""
    if text.encode().translate(_SHAPE) in _USUAL_DATE_TIMES:
        try:
            _from_iso(text)
        except ValueError:
            pass  # no such day, or a leap second, or the year 0
        else:
            return not _TAKES_24 or text[11:13] != "24"
    return text[10:11] in {"T", "t"} and is_date(text[:10]) and is_time(text[11:])


def is_duration(text: str) -> bool:
    """RFC 3339 appendix A (ISO 8601): `P3DT4H`, `P2W`."""
    return _DURATION.fullmatch(text) is not None


def is_uuid(text: str) -> bool:
    """RFC 9562, with hyphens, in either case."""
    return text.encode().translate(_HEX_SHAPE) == _UUID


def is_hostname(text: str) -> bool:
    """RFC 1123: labels of letters, digits and inner hyphens, 253 characters in all."""
    return len(text) <= 253 and _HOSTNAME.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """RFC 5321 without quoted local parts and address literals."""
    found = _EMAIL.fullmatch(text)
    return (
        found is not None
        and len(text.split("@", maxsplit=1)[0]) <= 64
        and len(found.group(1)) <= 253
    )


def is_ipv4(text: str) -> bool:
    """Four decimal numbers without leading zeros."""
    return _IPV4.fullmatch(text) is not None


def is_ipv6(text: str) -> bool:
    """RFC 4291, without a zone."""
    if "%" in text or "/" in text or not text.isascii():
        return False
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def _reference(text: str, *, absolute: bool) -> bool:
    found = _REFERENCE.fullmatch(text)
    if found is None or (absolute and not found.group(1)):
        return False
    host = found.group(2)
    if host and host.startswith("[") and not is_ipv6(host[1:-1]):
        return False
    if host is None and found.group(3).startswith("//"):
        return False
    # Without a scheme and a host, a colon in the first segment would make it one.
    return (
        bool(found.group(1))
        or host is not None
        or ":" not in found.group(3).split("/")[0]
    )


def is_uri(text: str) -> bool:
    """RFC 3986, with a scheme."""
    return _reference(text, absolute=True)


def is_uri_reference(text: str) -> bool:
    """RFC 3986, with or without a scheme."""
    return _reference(text, absolute=False)


def is_json_pointer(text: str) -> bool:
    """RFC 6901, as a string."""
    return _POINTER.fullmatch(text) is not None


def is_regex(text: str) -> bool:
    """A regular expression of ECMA-262 with the `u` flag, by the grammar that both ends read."""
    return is_regex_syntax(text)


FORMATS: Final[Mapping[str, Callable[[str], bool]]] = {
    "date-time": is_date_time,
    "date": is_date,
    "time": is_time,
    "duration": is_duration,
    "uuid": is_uuid,
    "email": is_email,
    "hostname": is_hostname,
    "ipv4": is_ipv4,
    "ipv6": is_ipv6,
    "uri": is_uri,
    "uri-reference": is_uri_reference,
    "json-pointer": is_json_pointer,
    "regex": is_regex,
}
