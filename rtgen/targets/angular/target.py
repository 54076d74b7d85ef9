"""The target `angular`: inject functions over the TypeScript client, typed by the contract."""

from pathlib import PurePosixPath

from rtgen.contract.model import Channel
from rtgen.files import File
from rtgen.targets.angular import names
from rtgen.targets.angular.contexts import InjectablesContext, InjectedChannel
from rtgen.targets.hooks import (
    WIDTH,
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
        client_import=client_import(request, [names.create_client(contract)]),
        make_token=call(f"const token = /* @__PURE__ */ createClientToken<{client}>", ts_string(client), ";"),
        provide_function=function(names.provide(contract), f"client: ClientSource<{client}>", "Provider"),
        create_client=TsCode(names.create_client(contract)),
        inject_client=TsCode(names.inject_client(contract)),
        inject_client_function=function(names.inject_client(contract), "", client),
        inject_connection_function=function(names.inject_connection(contract), "", "Signal<ConnectionSnapshot>"),
        channels=tuple(_channel(each) for each in contract.channels),
    )


def _channel(channel: Channel) -> InjectedChannel:
    handle = handle_type(channel)
    parameters = parameters_type(channel)
    has_parameters = bool(channel.parameters)
    moves = ", and moves when the parameters change" if has_parameters else ""
    what = f"Joins `{channel.address}` while the component or service lives{moves}."
    nothing = "the parameters are `null`, or it is not enabled" if has_parameters else "it is not enabled"
    given = [f"params: () => {parameters} | null | undefined"] if has_parameters else []
    always = [f"params: () => {parameters}"] if has_parameters else []
    option = "options?: ChannelOptions" if has_parameters else "options: ChannelOptions"
    maybe = f"ChannelBinding<{handle} | null>"
    name = f"export function {names.inject_channel(channel)}"
    return InjectedChannel(
        doc=channel_doc(channel, what),
        other_doc=channel_doc(channel, f"While {nothing}, nothing is joined, and the channel is `null`."),
        always=_signature(name, always, f": ChannelBinding<{handle}>;"),
        sometimes=_signature(name, [*given, option], f": {maybe};"),
        head=_signature(name, [*given, "options?: ChannelOptions"], f": {maybe} {{"),
        handle=channel_handle(channel, "given"),
        has_parameters=has_parameters,
    )


def _signature(head: str, parameters: list[str], tail: str) -> TsCode:
    """A function's head, with a line for each parameter where one line is too wide."""
    line = f"{head}({', '.join(parameters)}){tail}"
    if len(line) <= WIDTH or not parameters:
        return TsCode(line)
    return TsCode("\n".join((f"{head}(", *(f"  {each}," for each in parameters), f"){tail}")))


TARGET = Target(
    name="angular",
    summary="Inject functions for Angular 20 and later",
    generate=generate,
    options=(AS_THE_CLIENT,),
    needs=("typescript",),
)
