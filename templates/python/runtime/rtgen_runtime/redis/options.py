"""`--store redis://…`: one line that makes a server a node."""

import argparse
from collections.abc import Awaitable, Callable, Mapping

from rtgen_runtime.app import App
from rtgen_runtime.redis.checking import check
from rtgen_runtime.redis.finding import Finding
from rtgen_runtime.redis.joining import Node
from rtgen_runtime.redis.target import targets_of


async def serve_as_node(
    app: App,
    given: argparse.Namespace,
    environment: Mapping[str, str],
    serve: Callable[[], Awaitable[None]],
) -> None:
    """Take part, then serve.

    Raises:
        UsageError: The options can't be understood, or the app has a store of its own.
        CannotOpenStore: A Redis can't be used.
    """
    targets = targets_of(given.store, environment)
    for target in targets:
        for finding in await check(target, app.contract.name):
            finding.insist(strict=target.strict)
    node = Node(app, targets, given.on_broker_loss)
    await node.join()
    try:
        await serve()
    finally:
        await node.leave()


async def say_check(contract: str, store: str, environment: Mapping[str, str]) -> int:
    """Print what is found, of every Redis; the exit code: 2 where a node would not start."""
    code = 0
    for target in targets_of(store, environment):
        findings = await check(target, contract)
        is_fit = not any(each.ends(strict=target.strict) for each in findings)
        print(f"{target.name}: {_verdict(findings, is_fit=is_fit)}")
        for finding in findings:
            print(f"  {finding}")
        code = code if is_fit else 2
    return code


def _verdict(findings: list[Finding], *, is_fit: bool) -> str:
    if not is_fit:
        return "not fit"
    return "fit, but see below" if findings else "fit"
