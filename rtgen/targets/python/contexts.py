"""One frozen context a template: all that it prints, already decided and escaped."""

from dataclasses import dataclass

from rtgen.targets.text import PyCode, PyDoc


@dataclass(frozen=True, slots=True)
class FieldContext:
    """One attribute of a Struct: `declaration` is the whole line, `doc` may be empty."""

    declaration: PyCode
    doc: PyDoc


@dataclass(frozen=True, slots=True)
class ModelContext:
    """A class with fields, or an alias (`is_class` is false, `value` is what it names, `statement` declares it)."""

    name: PyCode
    is_class: bool
    bases: PyCode
    doc: PyDoc
    fields: tuple[FieldContext, ...]
    value: PyCode
    statement: PyCode


@dataclass(frozen=True, slots=True)
class ModelsContext:
    """`models.py`."""

    title: PyDoc
    imports: tuple[PyCode, ...]
    models: tuple[ModelContext, ...]


@dataclass(frozen=True, slots=True)
class DocumentContext:
    """One JSON Schema: its name as a string literal, and the literal of its document."""

    key: PyCode
    value: PyCode


@dataclass(frozen=True, slots=True)
class FlagsContext:
    """`flags.py`: the attributes of its class, and a declaration for each flag."""

    title: PyDoc
    imports: tuple[PyCode, ...]
    fields: tuple[FieldContext, ...]
    flags: tuple[PyCode, ...]


@dataclass(frozen=True, slots=True)
class SchemasContext:
    """`schemas.py`."""

    title: PyDoc
    documents: tuple[DocumentContext, ...]


@dataclass(frozen=True, slots=True)
class PatternContext:
    """A compiled pattern: `NAME: Final = re.compile(source)`."""

    name: PyCode
    source: PyCode


@dataclass(frozen=True, slots=True)
class CheckContext:
    """A function that answers whether a value keeps the rules that its type can't express."""

    name: PyCode
    type_name: PyCode
    returned: PyCode


@dataclass(frozen=True, slots=True)
class ValidatorContext:
    """One schema constant, and the key it has in the public table."""

    declaration: PyCode
    constant: PyCode
    key: PyCode


@dataclass(frozen=True, slots=True)
class ValidatorsContext:
    """`validators.py`."""

    title: PyDoc
    imports: tuple[PyCode, ...]
    patterns: tuple[PatternContext, ...]
    checks: tuple[CheckContext, ...]
    validators: tuple[ValidatorContext, ...]


@dataclass(frozen=True, slots=True)
class ErrorContext:
    """One domain error. `data_type` is empty where the error carries none."""

    name: PyCode
    doc: PyDoc
    code: PyCode
    message: PyCode
    retryable: PyCode
    has_data: bool
    data_type: PyCode
    data_schema: PyCode
    constructor: PyCode
    made: PyCode
    """The data that the constructor's arguments make."""
    read: PyCode
    """The data, out of the exception."""


@dataclass(frozen=True, slots=True)
class ErrorsContext:
    """`errors.py`."""

    title: PyDoc
    imports: tuple[PyCode, ...]
    errors: tuple[ErrorContext, ...]


@dataclass(frozen=True, slots=True)
class MethodContext:
    """A method: its head up to the colon, its docstring, and what it does (unused where it is abstract)."""

    signature: PyCode
    doc: PyDoc
    body: PyCode
    decorators: tuple[PyCode, ...] = ()


@dataclass(frozen=True, slots=True)
class ScopeContext:
    """A class whose methods say something to members; with `targets`, what `to` gives."""

    head: PyCode
    doc: PyDoc
    targets: PyCode | None = None
    emitters: tuple[MethodContext, ...] = ()

    @property
    def has_targets(self) -> bool:
        """Whether some members can be chosen."""
        return self.targets is not None


@dataclass(frozen=True, slots=True)
class ChannelContext:
    """A channel's module: its tables, what the server may say there, and the user's side."""

    title: PyDoc
    imports: tuple[PyCode, ...]
    events: tuple[PyCode, ...]
    channel: PyCode
    sends: PyCode
    sends_doc: PyDoc
    scopes: tuple[ScopeContext, ...]
    handler: PyCode
    handler_bases: PyCode
    handler_doc: PyDoc
    handlers: tuple[MethodContext, ...]
    hooks: tuple[MethodContext, ...]
    """What the handler may override, and does something by default."""


@dataclass(frozen=True, slots=True)
class AppContext:
    """`app.py`."""

    title: PyDoc
    imports: tuple[PyCode, ...]
    contract: PyCode
    name: PyCode
    doc: PyDoc
    constructor: PyCode
    mounts: PyCode
    hand_over: PyCode
    channels: tuple[MethodContext, ...]


@dataclass(frozen=True, slots=True)
class PackageContext:
    """`__init__.py`."""

    title: PyDoc
    imports: tuple[PyCode, ...]
    exports: tuple[PyCode, ...]


@dataclass(frozen=True, slots=True)
class MainContext:
    """`__main__.py`."""

    title: PyDoc
    handlers: PyCode


@dataclass(frozen=True, slots=True)
class ClientChannelContext:
    """A channel as a client has joined it."""

    name: PyCode
    bases: PyCode
    doc: PyDoc
    events: tuple[MethodContext, ...]
    requests: tuple[MethodContext, ...]


@dataclass(frozen=True, slots=True)
class ClientContext:
    """`client.py`."""

    title: PyDoc
    imports: tuple[PyCode, ...]
    channels: tuple[ClientChannelContext, ...]
    name: PyCode
    doc: PyDoc
    constructor: PyCode
    hand_over: PyCode
    joins: tuple[MethodContext, ...]


@dataclass(frozen=True, slots=True)
class HandlersPackageContext:
    """The user's `handlers/__init__.py`."""

    imports: tuple[PyCode, ...]
    returns: PyCode
    body: PyCode


@dataclass(frozen=True, slots=True)
class HandlerFileContext:
    """The user's file for one channel."""

    package: PyCode
    name: PyCode
    bases: PyCode
    doc: PyDoc
    methods: tuple[PyCode, ...]
    """Each with its body, as a completion would add it."""


@dataclass(frozen=True, slots=True)
class ConverterContext:
    """A function: its head up to the colon, its docstring, and its lines."""

    head: PyCode
    doc: PyDoc
    body: tuple[PyCode, ...]


@dataclass(frozen=True, slots=True)
class VersionContext:
    """An older version: the functions that convert, and the declaration of the table they stand in."""

    functions: tuple[ConverterContext, ...]
    table: PyCode

    @property
    def has_functions(self) -> bool:
        """Whether something is converted."""
        return bool(self.functions)


@dataclass(frozen=True, slots=True)
class VersionsContext:
    """`versions.py`."""

    title: PyDoc
    imports: tuple[PyCode, ...]
    versions: tuple[VersionContext, ...]
    listed: PyCode
