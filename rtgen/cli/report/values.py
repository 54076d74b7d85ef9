"""A payload on one line: as much of it as shows why it is refused."""

import json

_LINE = 100
_END = 80
_TEXT = 32
_ITEMS = 2


def on_one_line(value: object, pointer: str = "") -> str:
    """A value as JSON, long texts and lists cut; what is too long then keeps only what leads to `pointer`."""
    whole = _written(_cut(value))
    if len(whole) <= _LINE:
        return whole
    led = _led(value, pointer.split("/")[1:])
    return led if len(led) <= _LINE * 2 else f"{led[: _LINE * 2]}…"


def _cut(value: object) -> object:
    match value:
        case str() if len(value) > _TEXT:
            return f"{value[:12]}… ({len(value)} characters)"
        case list() if len(value) > _ITEMS + 1:
            return [*map(_cut, value[:_ITEMS]), f"… ({len(value)} items)"]
        case list():
            return [*map(_cut, value)]
        case dict():
            return {name: _cut(each) for name, each in value.items()}
        case _:
            return value


def _led(value: object, steps: list[str]) -> str:
    """The value with `…` for what is beside the way; what it leads to is whole, if that is short."""
    whole = _written(_cut(value))
    if not steps and len(whole) <= _END:
        return whole
    if isinstance(value, dict) and value:
        step = steps[0].replace("~1", "/").replace("~0", "~") if steps else None
        if step in value:
            rest = ", …" if len(value) > 1 else ""
            return f"{{{json.dumps(step, ensure_ascii=False)}: {_led(value[step], steps[1:])}{rest}}}"
        names = (f"{json.dumps(_cut(name), ensure_ascii=False)}: …" for name in list(value)[:8])
        return f"{{{', '.join(names)}{', …' if len(value) > 8 else ''}}}"
    if isinstance(value, list) and steps and steps[0].isdecimal() and int(steps[0]) < len(value):
        index = int(steps[0])
        before, after = "…, " if index else "", ", …" if index + 1 < len(value) else ""
        return f"[{before}{_led(value[index], steps[1:])}{after}]"
    return whole


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
