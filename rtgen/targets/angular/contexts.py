"""What `templates/angular/*.jinja` are given."""

from dataclasses import dataclass

from rtgen.targets.text import JsDoc, TsCode


@dataclass(frozen=True, slots=True)
class InjectedChannel:
    """One channel, and the function that joins it."""

    doc: JsDoc
    other_doc: JsDoc
    always: TsCode
    """The signature for a channel that is always there, up to its semicolon."""
    sometimes: TsCode
    """The one for a channel that may be `null`, up to its semicolon."""
    head: TsCode
    """The function itself, up to its brace."""
    handle: TsCode
    """How the client is asked for the channel: `client.room(given)`."""
    has_parameters: bool


@dataclass(frozen=True, slots=True)
class InjectablesContext:
    """For `angular/angular.ts.jinja`: the inject functions of one contract."""

    header: JsDoc
    client_import: TsCode
    make_token: TsCode
    provide_function: TsCode
    create_client: TsCode
    inject_client: TsCode
    inject_client_function: TsCode
    inject_connection_function: TsCode
    channels: tuple[InjectedChannel, ...]
