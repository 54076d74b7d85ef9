"""What the templates in `templates/typescript/` are given. A field ending in `doc` is a whole comment, or empty."""

from dataclasses import dataclass

from rtgen.targets.text import JsDoc, TsCode


@dataclass(frozen=True, slots=True)
class Member:
    """A line of an interface, of an object type or of a table, with its comment."""

    doc: JsDoc
    line: TsCode


@dataclass(frozen=True, slots=True)
class TypeContext:
    """One exported type: an interface with members, or an alias in one statement."""

    doc: JsDoc
    name: TsCode
    is_interface: bool
    members: tuple[Member, ...]
    alias: TsCode


@dataclass(frozen=True, slots=True)
class TypesContext:
    """For `types.ts.jinja`."""

    header: JsDoc
    imports: tuple[TsCode, ...]
    types: tuple[TypeContext, ...]


@dataclass(frozen=True, slots=True)
class BrandContext:
    """One branded type: the function that makes one, and its guard; heads up to the brace, and their one line."""

    make_doc: JsDoc
    make: TsCode
    made: TsCode
    is_doc: JsDoc
    guard: TsCode
    known: TsCode


@dataclass(frozen=True, slots=True)
class BrandsContext:
    """For `brands.ts.jinja`."""

    header: JsDoc
    imports: tuple[TsCode, ...]
    brands: tuple[BrandContext, ...]


@dataclass(frozen=True, slots=True)
class FunctionContext:
    """One check: its signature up to the brace, and its lines with their indentation."""

    doc: JsDoc
    signature: TsCode
    lines: tuple[TsCode, ...]


@dataclass(frozen=True, slots=True)
class ValidatorsContext:
    """For `validators.ts.jinja`."""

    header: JsDoc
    imports: TsCode
    constants: tuple[TsCode, ...]
    functions: tuple[FunctionContext, ...]
    discreet: tuple[TsCode, ...]
    """Checks that keep quiet about sensitive values."""
    entries: tuple[TsCode, ...]


@dataclass(frozen=True, slots=True)
class ChannelContext:
    """One channel: its types, its handle and its tables."""

    events_doc: JsDoc
    events_type: TsCode
    events: tuple[Member, ...]
    requests_doc: JsDoc
    requests_type: TsCode
    requests: tuple[Member, ...]
    params_doc: JsDoc
    params_type: TsCode
    params: tuple[Member, ...]
    failures: tuple[Member, ...]
    handle_doc: JsDoc
    handle: TsCode
    """The declaration's head; all of it where there are no methods."""
    has_methods: bool
    methods: tuple[Member, ...]
    definition_doc: JsDoc
    definition: tuple[TsCode, ...]


@dataclass(frozen=True, slots=True)
class ChannelsContext:
    """For `channels.ts.jinja`."""

    header: JsDoc
    imports: tuple[TsCode, ...]
    channels: tuple[ChannelContext, ...]


@dataclass(frozen=True, slots=True)
class ClientContext:
    """For `client.ts.jinja`."""

    header: JsDoc
    imports: tuple[TsCode, ...]
    identity: TsCode
    client_class: TsCode
    base: TsCode
    given: TsCode
    """What the base is given."""
    create_function: TsCode
    methods: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class FlagsContext:
    """For `flags.ts.jinja`: the members of the interface, and those of the table."""

    header: JsDoc
    members: tuple[Member, ...]
    values: tuple[TsCode, ...]


@dataclass(frozen=True, slots=True)
class IndexContext:
    """For `index.ts.jinja`."""

    header: JsDoc
    modules: tuple[TsCode, ...]
    deprecated: tuple[Member, ...]
    """Deprecated types: named once more, with the tag."""
    types: TsCode
    """The module they come from."""
    validators: TsCode
    runtime: TsCode


@dataclass(frozen=True, slots=True)
class FakesContext:
    """For `testing.ts.jinja`."""

    header: JsDoc
    imports: tuple[TsCode, ...]
    channels_type: TsCode
    fake_type: TsCode
    client_class: TsCode
    create_client: TsCode
    create_function: TsCode
    types: TsCode
    """What the fake is a fake of."""
    has_flags: bool
    openers: tuple[Member, ...]
    facts_type: TsCode
    described: tuple[TsCode, ...]
    """The types of the facts, by channel."""
    facts: tuple[TsCode, ...]
    opened: tuple[TsCode, ...]
    """How each channel is reached: a member of an object."""
