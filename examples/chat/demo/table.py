"""What happened, as a table for a terminal."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Table:
    """Rows of what was tried and what came of it; printed as they come, so that long work shows progress."""

    failed: list[str] = field(default_factory=list)

    def heading(self, text: str) -> None:
        """A group of rows."""
        print(f"\n{text}", flush=True)

    def row(self, what: str, outcome: str, *, ok: bool) -> None:
        """One thing that was tried. A row that is not ok makes the demo fail."""
        mark = "ok  " if ok else "FAIL"
        print(f"  {mark}  {what:<58}  {outcome}", flush=True)
        if not ok:
            self.failed.append(what)

    def summary(self) -> int:
        """The last line; the exit code."""
        if self.failed:
            print(f"\n{len(self.failed)} did not happen: {'; '.join(self.failed)}")
            return 1
        print("\nAll of it happened.")
        return 0
