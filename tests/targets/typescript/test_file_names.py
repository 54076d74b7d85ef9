"""Names of generated files mean nothing to frameworks that read a meaning from names, wherever the output stands."""

from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[3] / "templates"
OF_NEXT = {
    "default",
    "error",
    "forbidden",
    "global-error",
    "icon",
    "instrumentation",
    "layout",
    "loading",
    "manifest",
} | {
    *("mdx-components", "middleware", "not-found", "opengraph-image", "page", "proxy", "robots", "route", "sitemap"),
    *("template", "twitter-image", "unauthorized"),
}
"""What Next.js makes routes and parts of routes of, below its folder `app`."""


@pytest.mark.parametrize("target", ["typescript", "react"])
def test_no_file_is_a_route(target: str) -> None:
    names = {path.name.split(".")[0] for path in (TEMPLATES / target).rglob("*.ts*")}
    assert names
    assert not names & OF_NEXT
