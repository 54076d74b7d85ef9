"""What makes two contracts the same: their meaning as JSON, not how it was written down."""

import hashlib
import json

from rtgen.schema.types import Json

LENGTH = 16


def canonical(document: Json) -> str:
    """One text for one bundled contract: keys in order, `1.0` as `1`, no spaces."""
    return json.dumps(_settled(document), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def fingerprint(document: Json) -> str:
    """The first 16 hex digits of SHA-256 over the canonical text."""
    return hashlib.sha256(canonical(document).encode("ascii")).hexdigest()[:LENGTH]


def _settled(value: Json) -> Json:
    match value:
        case dict():
            return {key: _settled(each) for key, each in value.items()}
        case list():
            return [_settled(each) for each in value]
        case float() if value.is_integer():
            return int(value)
    return value
