"""Edits that were made at the same time, brought into one order: operational transformation of plain text.

Source of the idea: Ellis and Gibbs, "Concurrency control in groupware systems" (1989), with a server that orders, as
in Nichols et al., "High-latency, low-bandwidth windowing in the Jupiter collaboration system" (1995). One rule is ours,
for shortness: text that is put into a range which somebody deletes at the same time is deleted with it.

Places count UTF-16 units, as browsers do; so a text is held as UTF-16 here. `web/operations.ts` does the same.
"""

from collections.abc import Iterable

from collab import Operation, OperationDelete, OperationInsert


def apply(text: bytes, operations: Iterable[Operation]) -> bytes:
    """A text (UTF-16, little endian) after some steps; what lies behind its end is at its end."""
    for each in operations:
        at = min(2 * each.at, len(text))
        match each:
            case OperationInsert(text=new):
                text = text[:at] + new.encode("utf-16-le") + text[at:]
            case OperationDelete(count=count):
                text = text[:at] + text[at + 2 * count :]
    return text


def transform(mine: Operation, theirs: Operation, *, first: bool) -> Operation | None:
    """My step as it must be after theirs; `None` when nothing is left. `first`: mine goes before theirs at a tie."""
    match mine, theirs:
        case OperationInsert(at=at, text=text), OperationInsert(at=b, text=new):
            return OperationInsert(at=at + length(new) if b < at or (b == at and not first) else at, text=text)
        case OperationInsert(at=at, text=text), OperationDelete(at=b, count=m):
            if at <= b:
                return mine
            return OperationInsert(at=at - m, text=text) if at >= b + m else None
        case OperationDelete(at=at, count=n), OperationInsert(at=b, text=new):
            if b <= at:
                return OperationDelete(at=at + length(new), count=n)
            return mine if b >= at + n else OperationDelete(at=at, count=n + length(new))
        case OperationDelete(at=at, count=n), OperationDelete(at=b, count=m):
            overlap = max(0, min(at + n, b + m) - max(at, b))
            if overlap == n:
                return None
            before = max(0, min(at, b + m) - b) if b < at else 0
            return OperationDelete(at=at - before, count=n - overlap)
        case _:
            raise TypeError(mine)


def rebase(mine: list[Operation], theirs: list[Operation], *, first: bool) -> tuple[list[Operation], list[Operation]]:
    """Two edits of one text: mine as it must be after theirs, and theirs as it must be after mine."""
    left = list(theirs)
    moved: list[Operation] = []
    for each in mine:
        step: Operation | None = each
        passed: list[Operation] = []
        for other in left:
            if step is None:
                passed.append(other)
                continue
            after = transform(other, step, first=not first)
            step = transform(step, other, first=first)
            if after is not None:
                passed.append(after)
        left = passed
        if step is not None:
            moved.append(step)
    return moved, left


def length(text: str) -> int:
    """In UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2
