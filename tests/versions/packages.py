"""Contracts as generated Python packages, imported: any number of versions side by side in one process."""

import importlib
import sys
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from rtgen_runtime.app import App
from rtgen_runtime.client.client import Client
from rtgen_runtime.declarations import Channel
from rtgen_runtime.declarations import Contract as Declared
from rtgen_runtime.handler import ChannelHandler

from rtgen.contract.model import Contract
from rtgen.targets.python.target import TARGET
from rtgen.targets.target import TargetRequest

T = TypeVar("T")

TALKING = "1.0.0"
"""The version that all of them have, so that the server lets the client in."""


@dataclass(frozen=True)
class Package:
    """One version of a contract, and what was generated from it."""

    contract: Contract
    module: ModuleType

    @property
    def declared(self) -> Declared:
        """What the generated code says about the contract."""
        found: Declared = self._part("app").CONTRACT
        return found

    @cached_property
    def channels(self) -> dict[str, Channel]:
        """The same by the names of channels."""
        return {each.name: each for each in self.declared.channels}

    @property
    def app(self) -> type[App]:
        """The generated app."""
        return _subclass(self._part("app"), App)

    @property
    def client(self) -> type[Client]:
        """The generated client."""
        return _subclass(self._part("client"), Client)

    def handler(self, channel: str) -> type[ChannelHandler[Any, Any]]:
        """The generated base of a channel's handlers."""
        return _subclass(self._part(self.part_of(channel)), ChannelHandler)

    def part_of(self, channel: str) -> str:
        """The module of a channel, and the name of what joins it."""
        for name, module in list(sys.modules.items()):
            if name.startswith(f"{self.module.__name__}.") and getattr(module, "CHANNEL", None) is not None:
                declared: Channel = module.CHANNEL
                if declared.name == channel:
                    return name.rpartition(".")[2]
        raise LookupError(channel)

    def _part(self, name: str) -> ModuleType:
        return importlib.import_module(f"{self.module.__name__}.{name}")


def _subclass(module: ModuleType, base: type[T]) -> type[T]:
    for each in vars(module).values():
        if isinstance(each, type) and issubclass(each, base) and each.__module__ == module.__name__:
            return each
    raise LookupError(f"{module.__name__} has no {base.__name__}")


class Packages:
    """Generates each contract once, into a folder on the import path."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Package] = {}
        sys.path.insert(0, str(folder))

    def close(self) -> None:
        """Take the folder from the import path."""
        sys.path.remove(str(self._folder))

    def of(self, contract: Contract) -> Package:
        """The package of a contract, which talks to those of all other versions."""
        key = f"{contract.name} {contract.hash}"
        if key not in self._made:
            self._made[key] = self._generated(replace(contract, version=TALKING))
        return self._made[key]

    def as_it_is(self, contract: Contract, *older: Contract) -> Package:
        """The package of a contract with its own version, whose server serves older ones too."""
        key = " ".join([contract.name, contract.version, contract.hash, *(each.hash for each in older)])
        if key not in self._made:
            self._made[key] = self._generated(contract, older)
        return self._made[key]

    def _generated(self, contract: Contract, older: tuple[Contract, ...] = ()) -> Package:
        name = f"version_{len(self._made)}_{id(self):x}"
        options = {"handlers": "handlers", "models": "msgspec"}
        result = TARGET.generate(TargetRequest(contract, "0.0.0", options, released=older))
        own = contract.name.replace("-", "_")
        for file in result.files:
            if file.path.parts[0] == own:  # the runtime is the one of `templates/`, once for all versions
                path = self._folder / name / Path(*file.path.parts[1:])
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(file.text, encoding="utf-8")
        importlib.invalidate_caches()
        module = importlib.import_module(name)
        for part in sorted((self._folder / name).glob("[!_]*.py")):
            importlib.import_module(f"{name}.{part.stem}")
        return Package(contract, module)
