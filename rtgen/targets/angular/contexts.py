"""What `templates/angular/*.jinja` are given."""

from dataclasses import dataclass

from rtgen.targets.hooks import ChannelHook
from rtgen.targets.text import JsDoc, TsCode


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
    has_flags: bool
    channels: tuple[ChannelHook, ...]
