"""Which types hold sensitive values, and the checks that keep quiet about them."""

from collections.abc import Mapping

from rtgen.contract.documents import definitions
from rtgen.contract.model import Contract
from rtgen.schema.sensitive import sensitive_paths
from rtgen.targets.text import TsCode
from rtgen.targets.typescript.escapes import quoted
from rtgen.targets.typescript.layout import fits
from rtgen.targets.typescript.names import check_function, discreet_check

Secrets = Mapping[str, tuple[str, ...]]
"""Patterns of sensitive places by type."""


def secrets_of(contract: Contract) -> Secrets:
    """The patterns of sensitive places by type, of those types that have any."""
    documents = definitions(contract)
    found = {each.name: sensitive_paths(each.name, documents) for each in contract.types}
    return {name: paths for name, paths in found.items() if paths}


def discreet_declaration(name: str, paths: tuple[str, ...]) -> TsCode:
    """The constant of a discreet check; its value goes below where the line is too narrow."""
    left = f"export const {discreet_check(name)}: DiscreetCheck ="
    listed = [str(quoted(each)) for each in paths]
    value = f"/* @__PURE__ */ discreet({check_function(name)}, [{', '.join(listed)}]);"
    if fits(f"{left} {value}"):
        return TsCode(f"{left} {value}")
    lines = "".join(f"  {each},\n" for each in listed)
    return TsCode(f"{left} /* @__PURE__ */ discreet({check_function(name)}, [\n{lines}]);")
