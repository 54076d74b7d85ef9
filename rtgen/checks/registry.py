"""The folder `lint/` is the list of rules: each module in it holds one `RULE`, named as its id."""

import pkgutil
from functools import cache
from importlib import import_module

from rtgen.checks import lint
from rtgen.checks.rule import Rule


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, sorted by id."""
    found: list[Rule] = []
    for module in pkgutil.iter_modules(lint.__path__, f"{lint.__name__}."):
        rule = import_module(module.name).RULE
        if not isinstance(rule, Rule) or rule.id != module.name.rpartition(".")[2].replace("_", "-"):
            raise TypeError(f"{module.name} must hold a RULE with the id of its file name")
        found.append(rule)
    return tuple(sorted(found, key=lambda rule: rule.id))


def rule_ids() -> tuple[str, ...]:
    """The ids of all rules, sorted."""
    return tuple(rule.id for rule in rules())
