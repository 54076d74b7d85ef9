"""Metrics of several processes as one text: every sample says whose it is, every family is named once."""

from collections.abc import Iterable


def merged(texts: Iterable[tuple[str, str]]) -> str:
    """Texts in Prometheus' format, by the name of the worker; what has no name stays without that label."""
    families: dict[str, list[str]] = {}
    for worker, text in texts:
        family: list[str] = []
        for line in text.splitlines():
            if line.startswith("# HELP "):
                name = line.split(" ", 3)[2]
                is_new = name not in families
                family = families.setdefault(name, [])
            if not line.startswith("#"):
                family.append(_labelled(line, worker) if worker else line)
            elif is_new:
                family.append(line)
    return "\n".join(line for family in families.values() for line in family) + "\n"


def _labelled(sample: str, worker: str) -> str:
    name, brace, rest = sample.partition("{")
    if brace:
        return f'{name}{{worker="{worker}",{rest}'
    name, _, value = sample.partition(" ")
    return f'{name}{{worker="{worker}"}} {value}'
