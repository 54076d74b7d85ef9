"""What `templates/react/*.jinja` are given."""

from dataclasses import dataclass

from rtgen.targets.hooks import ChannelHook
from rtgen.targets.text import JsDoc, TsCode


@dataclass(frozen=True, slots=True)
class HooksContext:
    """For `react/react.ts.jinja`: the hooks of one contract."""

    header: JsDoc
    client_import: TsCode
    make_context: TsCode
    provider: TsCode
    provider_function: TsCode
    use_client: TsCode
    use_client_function: TsCode
    use_connection_function: TsCode
    has_flags: bool
    channels: tuple[ChannelHook, ...]
