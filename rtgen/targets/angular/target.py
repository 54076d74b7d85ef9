"""The target `angular`: inject functions over the TypeScript client, typed by the contract."""

from pathlib import PurePosixPath

from rtgen.contract.model import Channel
from rtgen.files import File
from rtgen.targets.angular import names
from rtgen.targets.angular.contexts import InjectablesContext
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
from rtgen.targets.render import render
from rtgen.targets.specifiers import AS_THE_CLIENT, extension_of, with_extension
from rtgen.targets.target import Target, TargetRequest, TargetResult
from rtgen.targets.text import TsCode, ts_string


def generate(request: TargetRequest) -> TargetResult:
    """The contract's `angular.ts` and the adapter it uses."""
    contract = request.contract
    findings = collisions(names.all_names(contract), names.TAKEN)
    if findings:
        return TargetResult(findings=findings)
    text = render("angular/angular.ts.jinja", _context(request))
    module = File(PurePosixPath(contract.name, "angular.ts"), text)
    files = (module, *adapter_files(request, "angular"))
    return TargetResult(with_extension(files, extension_of(request)))


def _context(request: TargetRequest) -> InjectablesContext:
    contract = request.contract
    client = client_type(contract)
    return InjectablesContext(
        header=header(contract, f"Angular inject functions of the contract `{contract.name}`."),
        client_import=client_import(request, [names.create_client(contract)]),
        make_token=call(f"const token = /* @__PURE__ */ createClientToken<{client}>", ts_string(client), ";"),
        provide_function=function(names.provide(contract), f"client: ClientSource<{client}>", "Provider"),
        create_client=TsCode(names.create_client(contract)),
        inject_client=TsCode(names.inject_client(contract)),
        inject_client_function=function(names.inject_client(contract), "", client),
        inject_connection_function=function(names.inject_connection(contract), "", "Signal<ConnectionSnapshot>"),
        has_flags=bool(contract.flags),
        channels=tuple(_channel(each) for each in contract.channels),
    )


def _channel(channel: Channel) -> ChannelHook:
    handle, params = handle_type(channel), parameters_type(channel)
    has_parameters = bool(channel.parameters)
    moves = ", and moves when the parameters change" if has_parameters else ""
    unless = "`params` gives `null` or `enabled` `false`" if has_parameters else "`enabled` gives `false`"
    always = [f"params: () => {params}"] if has_parameters else []
    maybe = [f"params: () => {params} | null | undefined"] if has_parameters else []
    option = "options?: ChannelOptions" if has_parameters else "options: ChannelOptions"
    result = f"ChannelBinding<{handle} | null>"
    name = names.inject_channel(channel)
    return ChannelHook(
        doc=channel_doc(channel, f"Joins `{channel.address}` while the component or service lives{moves}."),
        always=signature(name, always, f"ChannelBinding<{handle}>", ";"),
        maybe_doc=channel_doc(channel, f"Joins `{channel.address}`, or nothing while {unless}."),
        maybe=signature(name, [*maybe, option], result, ";"),
        head=signature(name, [*maybe, "options?: ChannelOptions"], result, " {"),
        handle=channel_handle(channel, "given"),
        has_parameters=has_parameters,
    )


TARGET = Target(
    name="angular",
    summary="Inject functions for Angular 20 and later",
    generate=generate,
    options=(AS_THE_CLIENT,),
    needs=("typescript",),
)
