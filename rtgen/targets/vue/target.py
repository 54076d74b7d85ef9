"""The target `vue`: composables over the TypeScript client, typed by the contract."""

from pathlib import PurePosixPath

from rtgen.contract.model import Channel, Contract
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
from rtgen.targets.render import render
from rtgen.targets.specifiers import AS_THE_CLIENT, extension_of, with_extension
from rtgen.targets.target import Target, TargetRequest, TargetResult
from rtgen.targets.text import TsCode, ts_string
from rtgen.targets.vue import names
from rtgen.targets.vue.contexts import ComposablesContext


def generate(request: TargetRequest) -> TargetResult:
    """The contract's `vue.ts` and the adapter it uses."""
    contract = request.contract
    findings = collisions(names.all_names(contract), names.TAKEN)
    if findings:
        return TargetResult(findings=findings)
    text = render("vue/vue.ts.jinja", _context(request))
    module = File(PurePosixPath(contract.name, "vue.ts"), text)
    files = (module, *adapter_files(request, "vue"))
    return TargetResult(with_extension(files, extension_of(request)))


def _context(request: TargetRequest) -> ComposablesContext:
    contract = request.contract
    client, create = client_type(contract), names.create(contract)
    return ComposablesContext(
        header=header(contract, f"Vue composables of the contract `{contract.name}`."),
        vue_import=_vue_import(contract),
        client_import=client_import(request),
        make_key=call(f"const key: ClientKey<{client}> = /* @__PURE__ */ Symbol", ts_string(create), ";"),
        create=TsCode(create),
        create_function=function(create, f"client: {client}", "Plugin"),
        use_client=TsCode(names.use_client(contract)),
        use_client_function=function(names.use_client(contract), "", client),
        use_connection_function=function(names.use_connection(contract), "", "ComputedRef<ConnectionSnapshot>"),
        has_flags=bool(contract.flags),
        channels=tuple(_channel(each) for each in contract.channels),
    )


def _vue_import(contract: Contract) -> TsCode:
    if any(each.parameters for each in contract.channels):
        return TsCode('import { type ComputedRef, type MaybeRefOrGetter, type Plugin, toValue } from "vue";')
    return TsCode('import type { ComputedRef, Plugin } from "vue";')


def _channel(channel: Channel) -> ChannelHook:
    handle, params = handle_type(channel), parameters_type(channel)
    has_parameters = bool(channel.parameters)
    moves = ", and moves when the parameters change" if has_parameters else ""
    unless = "`params` are `null` or `enabled` is `false`" if has_parameters else "`enabled` is `false`"
    always = [f"params: MaybeRefOrGetter<{params}>"] if has_parameters else []
    maybe = [f"params: MaybeRefOrGetter<{params} | null>"] if has_parameters else []
    option = "options?: ChannelOptions" if has_parameters else "options: ChannelOptions"
    result = f"ChannelBinding<{handle} | null>"
    name = names.use_channel(channel)
    return ChannelHook(
        doc=channel_doc(channel, f"Joins `{channel.address}` while the component is mounted{moves}."),
        always=signature(name, always, f"ChannelBinding<{handle}>", ";"),
        maybe_doc=channel_doc(channel, f"Joins `{channel.address}`, or nothing while {unless}."),
        maybe=signature(name, [*maybe, option], result, ";"),
        head=signature(name, [*maybe, "options?: ChannelOptions"], result, " {"),
        handle=channel_handle(channel, "given"),
        has_parameters=has_parameters,
    )


TARGET = Target(
    name="vue",
    summary="Composables for Vue 3.5",
    generate=generate,
    options=(AS_THE_CLIENT,),
    needs=("typescript",),
)
