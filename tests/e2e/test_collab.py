"""`examples/collab`: a document that many edit at once."""

import subprocess
import sys

from example_runs import ROOT, driven, environment, played, served


def test_it_plays_through_on_real_sockets() -> None:
    assert "All of it happened." in played("collab", "editor")


def test_its_own_tests_pass() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "examples/collab"]
    run = subprocess.run(command, cwd=ROOT, env=environment("collab"), capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_pages_of_three_people_come_to_one_text_and_show_their_cursors() -> None:
    with served("collab", "editor") as url:
        seen = driven("collab.ts", url, "collab.png")
    assert seen["texts"] == ["Groceries for Friday\n- bread\n- milk\n- apples"] * 3
    assert seen["people"] == "Ada, Ben, Cleo"
    assert sorted(seen["cursors"]) == ["Ben", "Cleo"]
    assert seen["complaints"] == []
