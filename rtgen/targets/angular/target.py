"""The target `angular`: inject functions over the TypeScript client, typed by the contract."""

from pathlib import PurePosixPath

from rtgen.contract.model import Channel
from rtgen.files import File
from rtgen.targets.angular import names
from rtgen.targets.angular.contexts import InjectablesContext
from rtgen.targets.hooks import (
    HookChannel,
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
        client_import=client_import(request),
        make_token=call(f"const token = /* @__PURE__ */ createClientToken<{client}>", ts_string(client), ";"),
        provide_function=function(names.provide(contract), f"client: {client}", "Provider"),
        inject_client=TsCode(names.inject_client(contract)),
        inject_client_function=function(names.inject_client(contract), "", client),
        inject_connection_function=function(names.inject_connection(contract), "", "Signal<ConnectionSnapshot>"),
        channels=tuple(_channel(each) for each in contract.channels),
    )


def _channel(channel: Channel) -> HookChannel:
    what = "Joins `{}` while the component or service lives{}.".format(
        channel.address, ", and moves when the parameters change" if channel.parameters else ""
    )
    parameter = f"params: () => {parameters_type(channel)}" if channel.parameters else ""
    return HookChannel(
        doc=channel_doc(channel, what),
        function=function(names.inject_channel(channel), parameter, f"ChannelBinding<{handle_type(channel)}>"),
        handle=channel_handle(channel, "params()"),
    )


TARGET = Target(
    name="angular",
    summary="Inject functions for Angular 20 and later",
    generate=generate,
    options=(AS_THE_CLIENT,),
    needs=("typescript",),
)
