"""Leaving a stamp behind a run, so that the next one like it is recognised."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rtgen import api
from rtgen.cli.exit_codes import ExitCode
from rtgen.cli.generating import Outcome, generate_once, planned, said
from rtgen.cli.known import path_of
from rtgen.cli.project import Run, baseline_is_current
from rtgen.cli.recognising import form_of, name_of, project_of
from rtgen.cli.released import PATTERN, folders_beside
from rtgen.cli.wish import Wish
from rtgen.source.text import Text, decode
from rtgen.stamp import Stamp, matching, read_stamp, states, write_stamp


def run_and_remember(wish: Wish, circumstances: str) -> ExitCode:
    """Generate as asked; where all is well, leave a stamp. `--check` writes nothing, so it leaves none."""
    outcome = generate_once(wish)
    if outcome.code is ExitCode.CLEAN and not wish.only_check and api.only_own_targets(outcome.generated):
        stamp = _stamp(outcome, wish, circumstances)
        if stamp is not None:
            write_stamp(project_of(wish), name_of(wish), _with_other_forms(stamp, wish))
    return outcome.code


def _stamp(outcome: Outcome, wish: Wish, circumstances: str) -> Stamp | None:
    """What the run depended on, once it is certain that the same run would now change nothing.

    Files may change while we look. So they are looked at first; then it is asked whether the run read just that and
    would write just that; then they are looked at again.
    """
    run = outcome.run
    files = [*_inputs(run), *api.output_paths(outcome.generated, outcome.project)]
    patterns = _patterns(run, wish)
    found, seen = matching(patterns), states(map(str, files))
    specs = () if wish.specs else run.specs
    read_so = tuple(str(run.here / path) for path in (*specs, *run.released)) == found
    if not (read_so and _texts_are(run.texts, run.here) and baseline_is_current(run)):
        return None
    answers = _answers(outcome, wish)
    links = {str(run.here / path): str(real) for path, real in run.links.items()}
    if answers is None or seen != states(seen):
        return None
    return Stamp(circumstances, patterns, found, links, seen, answers)


def _inputs(run: Run) -> list[Path]:
    return [*(run.here / shown for shown in run.texts), path_of(run.folder, run.settings)]


def _patterns(run: Run, wish: Wish) -> tuple[tuple[str, str], ...]:
    released = tuple((str(folder), PATTERN) for folder in folders_beside(run.here / each for each in run.specs))
    if wish.specs or run.config is None:
        return released
    return (*((str(run.folder), pattern) for pattern, _ in run.config.specs), *released)


def _texts_are(texts: Mapping[str, Text], here: Path) -> bool:
    """Whether the files still hold what was read from them."""
    try:
        return all(decode(shown, (here / shown).read_bytes()) == text for shown, text in texts.items())
    except (OSError, ValueError):
        return False


def _answers(outcome: Outcome, wish: Wish) -> dict[str, str] | None:
    """What the same run would print now, with `--check` and without; `None` if it would still change something."""
    answers = {}
    for each in (replace(wish, only_check=False), replace(wish, only_check=True)):
        run = replace(outcome.run, findings=list(outcome.before_plans), codes=set())
        plans = planned(run, each, outcome.generated, outcome.project)
        if run.codes or any(plan.changes for plan in plans):
            return None
        again = replace(outcome, run=run, plans=plans)
        answers[form_of(each)] = "\n".join(said(again, each))
    return answers


def _with_other_forms(stamp: Stamp, wish: Wish) -> Stamp:
    """The stamp, with what an older one of the same circumstances and files knows to say in other forms."""
    old = read_stamp(project_of(wish), name_of(wish))
    if old is None or replace(old, answers={}) != replace(stamp, answers={}):
        return stamp
    return replace(stamp, answers={**old.answers, **stamp.answers})
