"""Whether a generated server of the new version serves clients of the old one: then less of a change breaks them."""

from rtgen import api, versions
from rtgen.cli.project import Run
from rtgen.cli.released import age_of, path_of
from rtgen.cli.version_files import Version
from rtgen.versions import VersionPlan


def plan_at_edge(run: Run, was: Version, now: Version) -> VersionPlan | None:
    """What the server does for clients of the old version; `None` where it does not know them.

    It knows what is released, under the version and with the content that is compared with, and older than it is.
    """
    old, new = was.contract, now.contract
    if old is None or new is None or age_of(old.version) >= age_of(new.version) or not _is_wanted(run, old.version):
        return None
    path = path_of(now.path, old.name, old.version)
    kept = api.resolve(api.load(path, path.name)).contract if path.is_file() else None
    if kept is None or kept.hash != old.hash or old.name != new.name:
        return None
    return versions.plan_version(kept, new)


def _is_wanted(run: Run, version: str) -> bool:
    """Whether every server that the project generates is to serve a version, and there is one."""
    targets = run.config.targets if run.config is not None else ()
    asked = [str(each.options.get("versions", "released")) for each in targets if each.name == "python"]
    return bool(asked) and all(each == "released" or version in each.replace(" ", "").split(",") for each in asked)
