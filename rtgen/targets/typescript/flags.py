"""The context of `flags.ts`: what each flag can be."""

from rtgen.contract.flags import Flag
from rtgen.contract.model import Contract
from rtgen.targets.text import TsCode, js_doc
from rtgen.targets.typescript.contexts import FlagsContext, Member
from rtgen.targets.typescript.escapes import key, quoted
from rtgen.targets.typescript.layout import fits
from rtgen.targets.typescript.words import deprecated, header

NAMES = ("Flags", "flagValues")
"""What the module exports."""


def flags_context(contract: Contract) -> FlagsContext:
    """Everything that is printed in `flags.ts`; only for a contract that has some."""
    return FlagsContext(
        header=header(contract, f"The flags of the contract `{contract.name}`."),
        members=tuple(_member(each) for each in contract.flags),
        values=tuple(TsCode(_values(each)) for each in contract.flags),
    )


def _member(flag: Flag) -> Member:
    doc = js_doc(flag.description, 2, tags=deprecated(flag.deprecation))
    kind = " | ".join(map(_literal, flag.values)) if flag.has_variants else "boolean"
    line = f"readonly {key(flag.name)}: {kind};"
    if not fits(line, 2):
        line = f"readonly {key(flag.name)}:" + "".join(f"\n    | {_literal(each)}" for each in flag.values) + ";"
    return Member(doc, TsCode(line))


def _values(flag: Flag) -> str:
    listed = [_literal(each) for each in flag.values]
    line = f"{key(flag.name)}: [{', '.join(listed)}],"
    if fits(line, 2):
        return line
    return f"{key(flag.name)}: [\n" + "".join(f"    {each},\n" for each in listed) + "  ],"


def _literal(value: bool | str) -> str:
    return str(quoted(value)) if isinstance(value, str) else str(value).lower()
