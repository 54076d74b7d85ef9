"""Run the Autobahn test suite against the transports.

    make autobahn PYTHON27=/path/to/python2.7

Exit code 0 when every case passed that has no written exception; without a CPython 2.7 it says *not run*.
"""

import argparse
import asyncio
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from autobahn import suite
from autobahn.echo import served
from autobahn.judging import RUNS, Judgement, judge

_FOLDER: Final = Path(".venv/autobahn").resolve()
_OUT: Final = Path("artifacts/autobahn").resolve()


def is_python27(python: str) -> bool:
    """Whether this is the interpreter that the suite needs."""
    if not python or shutil.which(python) is None:
        return False
    command = [python, "-c", "import sys; sys.stdout.write('%d.%d' % sys.version_info[:2])"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.stdout == "2.7"


def _told(transport: str, judgement: Judgement) -> str:
    counts = ", ".join(f"{count} {behavior}" for behavior, count in judgement.behaviors.most_common())
    verdict = "passed" if judgement.passed else "FAILED"
    lines = [f"{transport}: {verdict}; {judgement.behaviors.total()} cases: {counts}"]
    lines += [f"  excused {case}: {words}" for case, words in judgement.excused.items()]
    lines += [f"  failed  {case}: {words}" for case, words in judgement.failed.items()]
    return "\n".join(lines)


async def _run(python: str, agents: Sequence[str]) -> bool:
    passed = True
    for agent in agents:
        asked = RUNS[agent]
        async with served(agent) as port:
            judgement = judge(asked, await suite.run(python, _FOLDER, _OUT / agent, agent, port, asked=asked))
        print(_told(agent, judgement), flush=True)
        passed &= judgement.passed
    return passed


def main() -> int:
    """The process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m autobahn", description="Run the Autobahn test suite.")
    parser.add_argument("--python27", default="", help="a CPython 2.7, which the suite needs")
    parser.add_argument("agents", nargs="*", default=list(RUNS), help="what to run (default: all)")
    given = parser.parse_args()
    if not is_python27(given.python27):
        print("not run: say PYTHON27=, the path of a CPython 2.7; the suite runs on no other")
        return 0
    suite.install(given.python27, _FOLDER)
    return 0 if asyncio.run(_run(given.python27, given.agents)) else 1


if __name__ == "__main__":
    sys.exit(main())
