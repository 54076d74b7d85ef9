"""Which version a client speaks, among those that are served."""

from typing import Final

from rtgen_runtime.declarations import Contract
from rtgen_runtime.versions.declarations import OldVersion

_NAMED: Final = 12
"""Versions that a refusal names one by one."""


def is_served(contract: Contract, version: str) -> bool:
    """Whether a client of this version may connect: versions that differ in the patch alone are one on the wire."""
    return contract.accepts_version(version) or older(contract, version) is not None


def older(contract: Contract, version: str) -> OldVersion | None:
    """The older version that a client speaks; `None` for the newest, and for those that are not served.

    The very one where it is listed; else, unless it is a patch of the newest, another patch of the same minor.
    """
    for each in contract.versions:
        if each.version == version:
            return each
    if contract.accepts_version(version):
        return None
    minor = _minor(version)
    return next(
        (each for each in contract.versions if _minor(each.version) == minor), None
    )


def served(contract: Contract) -> tuple[str, ...]:
    """What is served, such as `1.3.x`, the newest first."""
    found = (contract.version, *(each.version for each in contract.versions))
    return tuple(dict.fromkeys(".".join((*_minor(each), "x")) for each in found))


def in_words(contract: Contract) -> str:
    """The same for a refusal."""
    found = served(contract)
    named = found if len(found) <= _NAMED else (*found[: _NAMED - 1], "older ones")
    *most, last = named
    listed = f"{', '.join(most)} and {last}" if most else last
    return f"versions {listed} of {contract.name} are served here"


def _minor(version: str) -> tuple[str, ...]:
    """Major and minor; the whole of what has no minor, so that it is nobody's patch."""
    parts = version.split(".")
    return tuple(parts[:2]) if len(parts) > 1 else (version, "")
