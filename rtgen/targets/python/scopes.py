"""Whom a channel's server can speak to: some members, all of them, all of them in the name of one."""

from rtgen.contract.model import Channel, Contract, ServerEvent
from rtgen.targets.python.code import about, call, carried, decorators, doc, signature
from rtgen.targets.python.contexts import MethodContext, ScopeContext
from rtgen.targets.python.flag_module import flags_property
from rtgen.targets.python.names import CONTEXT_MEMBERS, class_stem, event_constant, method_name
from rtgen.targets.python.parameters import params_type
from rtgen.targets.text import PyCode
from rtgen.targets.wording import paragraphs


def scopes(contract: Contract, channel: Channel) -> tuple[ScopeContext, ...]:
    """The classes, each with what it alone can say: what is kept goes to every member or to nobody."""
    stem, params, address = class_stem(channel.name), params_type(channel), channel.address
    for_some = [each for each in channel.server_events if not _is_kept(each)]
    for_all = [each for each in channel.server_events if _is_kept(each)]
    shared = [params, shown(channel), f"{stem}Target"]
    member = f"MemberScope[{', '.join(shared)}]"
    if claims := claims_type(contract):
        optional = " | None" if contract.auth and contract.auth.anonymous else ""
        member = f"ClaimsScope[{', '.join(shared)}, {claims}{optional}]"
    return (
        ScopeContext(
            call(f"class {stem}Target", [f"TargetScope[{params}]"], after=":"),
            doc(f"Some members of `{address}`, and what the server may say to them alone.", 4),
            emitters=tuple(_emitter(each) for each in for_some),
        ),
        ScopeContext(
            call(f"class {stem}Channel", [f"{stem}Target", f"ChannelScope[{', '.join(shared)}]"], after=":"),
            doc(f"`{address}`, and what the server may say there.", 4),
            targets=PyCode(f"{stem}Target"),
            emitters=tuple(_emitter(each) for each in for_all),
        ),
        ScopeContext(
            call(f"class {stem}Context", [f"{stem}Channel", member], after=":"),
            doc(f"One member of `{address}`, and what the server may say to all of them.", 4),
            emitters=flags_property(contract, "What is on for this client."),
        ),
    )


def scope_names(contract: Contract) -> set[str]:
    """What a module imports for that."""
    return {"TargetScope", "ChannelScope", "ClaimsScope" if claims_type(contract) else "MemberScope"}


def shown(channel: Channel) -> str:
    """The type of what members show; `None` also where nobody shows anything."""
    return "None" if channel.presence is None else carried(channel.presence.state) or "None"


def claims_type(contract: Contract) -> str:
    """The type of a token's claims; empty where the contract says nothing about them."""
    claims = contract.auth.claims if contract.auth else None
    return "" if claims is None else carried(claims)


def presence_hook(channel: Channel) -> tuple[MethodContext, ...]:
    """What the handler of a channel with presence may override."""
    if channel.presence is None:
        return ()
    stem, state = class_stem(channel.name), shown(channel)
    words = paragraphs(
        "A member wants to show something: give what the others shall see of it.",
        "By default as it came. Raise `Refused` to leave what is shown as it is.",
    )
    head = signature("presence", [f"ctx: {stem}Context", f"state: {state}"], f"Answer[{state}]")
    return (MethodContext(head, doc(words, 8), PyCode("return state")),)


def _is_kept(event: ServerEvent) -> bool:
    return event.recorded or event.latest is not None


def _emitter(event: ServerEvent) -> MethodContext:
    payload = carried(event.payload)
    given = f"({event_constant(event.name)}, {'payload' if payload else 'None'})"
    words = {
        (True, False): "Recorded: kept before anybody gets it, so that clients that come back get it too.",
        (False, True): "The newest is kept before anybody gets it, and given to everyone who joins.",
        (True, True): "Recorded, and the newest is given to everyone who joins: kept before anybody gets it.",
    }
    kept = words.get((event.recorded, event.latest is not None), "")
    send = f"await self._keep{given}" if _is_kept(event) else f"self._emit{given}"
    return MethodContext(
        signature(
            method_name(event, CONTEXT_MEMBERS),
            [f"payload: {payload}"] if payload else [],
            "Offset" if event.recorded else "None",
            is_async=_is_kept(event),
        ),
        doc(paragraphs(about(event, f"Send `{event.name}` to every member."), kept), 8),
        PyCode(f"return {send}" if event.recorded else send),
        decorators(f"`{event.name}`", event.deprecation),
    )
