"""The pages are written so that `make walk` can follow them."""

import pytest
from walks.page import MISTAKES, PAGES, SERVER_PORT, written


@pytest.mark.parametrize("name", PAGES)
def test_each_step_is_there(name: str) -> None:
    page = written(name)
    assert "rtgen init hello\ncd hello\n" in page.install
    assert page.target == f"{name}: {{ out: web/src/realtime }}"
    assert f"--port {SERVER_PORT} --origin {page.address}" in page.serve[0]
    assert page.serve[1].startswith("(cd web && npm ")
    app = dict(page.files)
    assert any(f":{SERVER_PORT}" in code for code in app.values())
    shown = "\n".join(app.values())
    assert [right for right, _ in MISTAKES[name] if right not in shown] == []
