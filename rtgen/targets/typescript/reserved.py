"""Names that the variables of a check must keep clear of, or must be read with care."""

from typing import Final

INHERITED: Final = frozenset(
    {
        *("__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "__proto__"),
        *("constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable"),
        *("toLocaleString", "toString", "valueOf"),
    }
)
"""Names that every object has without saying so."""

_LOOPS = ("index", "item", "name", "entry")
LOOP_NAMES: Final = frozenset(f"{name}{depth}" for name in _LOOPS for depth in ("", *range(2, 10)))
"""What loops call their variables."""

RUNTIME_FUNCTIONS: Final = frozenset(
    {
        *(
            "acceptsAny",
            "bounded",
            "acceptsName",
            "acceptsOne",
            "checkAnything",
            "hasFewer",
            "hasMore",
            "findIssues",
            "findDeepIssues",
            "findTextIssues",
            "hasLength",
            "hasOnly",
            "validateText",
            "isArray",
            "isAtLeast",
            "isListed",
            "listed",
            "isAtMost",
            "isMultipleOf",
            "isNumber",
            "isObject",
            "isString",
        ),
        *("isText", "isUnique", "isWhole", "isWithin", "own", "ownNames", "validators", "validatorsOf"),
        *("isDate", "isDateTime", "isDuration", "isEmail", "isHostname", "isIpv4", "isIpv6", "isJsonPointer"),
        *("isRegex", "isTime", "isUri", "isUriReference", "isUuid"),
    }
)
"""What checks call of the runtime."""
