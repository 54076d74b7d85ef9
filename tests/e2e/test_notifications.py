"""`examples/notifications`: real-time notifications in a FastAPI application."""

from pathlib import Path

from example_runs import driven, played, served


def test_it_plays_through_on_real_sockets_and_over_a_kill() -> None:
    assert "All of it happened." in played("notifications", "service")


def test_a_page_shows_what_rest_calls_tell_on_all_devices(tmp_path: Path) -> None:
    with served("notifications", "service", "--folder", str(tmp_path)) as url:
        seen = driven("notifications.ts", url, "notifications.png")
    told = ["Lunch is ready", "Ben gave you a task: Water the plants", "Ben mentioned you: what does Ada think?"]
    marks = ("unread", "read", "unread")
    assert seen["marked"] == [f"{mark}: {words}" for mark, words in zip(marks, told, strict=True)]
    assert seen["tablet"] == [f"read: {words}" for words in told]
    assert seen["ben"] == ["unread: Lunch is ready"]
    assert seen["complaints"] == []
