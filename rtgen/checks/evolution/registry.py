"""The folder `breaking/` is the list of rules about two versions: each module holds one `RULE`, named as its id."""

import pkgutil
from functools import cache
from importlib import import_module

from rtgen.checks import breaking
from rtgen.checks.evolution.rule import BreakingRule


@cache
def breaking_rules() -> tuple[BreakingRule, ...]:
    """All rules about two versions, sorted by id."""
    found: list[BreakingRule] = []
    for module in pkgutil.iter_modules(breaking.__path__, f"{breaking.__name__}."):
        rule = import_module(module.name).RULE
        if not isinstance(rule, BreakingRule) or rule.id != module.name.rpartition(".")[2].replace("_", "-"):
            raise TypeError(f"{module.name} must hold a RULE with the id of its file name")
        found.append(rule)
    return tuple(sorted(found, key=lambda rule: rule.id))
