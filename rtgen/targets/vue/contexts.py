"""What `templates/vue/*.jinja` are given."""

from dataclasses import dataclass

from rtgen.targets.hooks import ChannelHook
from rtgen.targets.text import JsDoc, TsCode


@dataclass(frozen=True, slots=True)
class ComposablesContext:
    """For `vue/vue.ts.jinja`: the composables of one contract."""

    header: JsDoc
    vue_import: TsCode
    client_import: TsCode
    make_key: TsCode
    create: TsCode
    create_function: TsCode
    use_client: TsCode
    use_client_function: TsCode
    use_connection_function: TsCode
    has_flags: bool
    channels: tuple[ChannelHook, ...]
