"""The target `react`: hooks over the TypeScript client, typed by the contract."""

from pathlib import PurePosixPath

from rtgen.contract.model import Channel
from rtgen.files import File
from rtgen.targets.hooks import (
    ChannelHook,
    adapter_files,
    call,
    channel_doc,
    channel_handle,
    client_import,
    client_type,
    collisions,
    function,
    handle_type,
    header,
    parameters_type,
    signature,
)
from rtgen.targets.react import names
from rtgen.targets.react.contexts import HooksContext
from rtgen.targets.render import render
from rtgen.targets.specifiers import AS_THE_CLIENT, extension_of, with_extension
from rtgen.targets.target import Target, TargetRequest, TargetResult
from rtgen.targets.text import TsCode, ts_string


def generate(request: TargetRequest) -> TargetResult:
    """The contract's `react.ts` and the adapter it uses."""
    contract = request.contract
    findings = collisions(names.all_names(contract), names.TAKEN)
    if findings:
        return TargetResult(findings=findings)
    text = render("react/react.ts.jinja", _context(request))
    module = File(PurePosixPath(contract.name, "react.ts"), text)
    files = (module, *adapter_files(request, "react"))
    return TargetResult(with_extension(files, extension_of(request)))


def _context(request: TargetRequest) -> HooksContext:
    contract = request.contract
    client, provider = client_type(contract), names.provider(contract)
    return HooksContext(
        header=header(contract, f"React hooks of the contract `{contract.name}`."),
        client_import=client_import(request),
        make_context=call(f"const context = /* @__PURE__ */ createClientContext<{client}>", ts_string(provider), ";"),
        provider=TsCode(provider),
        provider_function=function(provider, f"props: ProviderProps<{client}>", "ReactElement"),
        use_client=TsCode(names.use_client(contract)),
        use_client_function=function(names.use_client(contract), "", client),
        use_connection_function=function(names.use_connection(contract), "", "ConnectionSnapshot"),
        has_flags=bool(contract.flags),
        channels=tuple(_channel(each) for each in contract.channels),
    )


def _channel(channel: Channel) -> ChannelHook:
    handle, params = handle_type(channel), parameters_type(channel)
    has_parameters = bool(channel.parameters)
    unless = "`params` are `null` or `enabled` is `false`" if has_parameters else "`enabled` is `false`"
    always = [f"params: {params}"] if has_parameters else []
    maybe = [f"params: {params} | null"] if has_parameters else []
    option = "options?: ChannelOptions" if has_parameters else "options: ChannelOptions"
    result = f"ChannelBinding<{handle} | null>"
    name = names.use_channel(channel)
    return ChannelHook(
        doc=channel_doc(channel, f"Joins `{channel.address}` while the component is mounted."),
        always=signature(name, always, f"ChannelBinding<{handle}>", ";"),
        maybe_doc=channel_doc(channel, f"Joins `{channel.address}`, or nothing while {unless}."),
        maybe=signature(name, [*maybe, option], result, ";"),
        head=signature(name, [*maybe, "options?: ChannelOptions"], result, " {"),
        handle=channel_handle(channel, "params"),
        has_parameters=has_parameters,
    )


TARGET = Target(
    name="react",
    summary="Hooks for React 18 and 19",
    generate=generate,
    options=(AS_THE_CLIENT,),
    needs=("typescript",),
)
