"""Close codes: the range is the verdict, and both ends have one table."""

import re
from pathlib import Path

import pytest
from rtgen_runtime.codes import CLOSE_CODES, MESSAGES, RANGES, ErrorCode, Verdict, verdict

TYPESCRIPT = Path(__file__).parents[2] / "templates/typescript/runtime/codes.ts"


@pytest.mark.parametrize(
    ("code", "lived", "wanted"),
    [
        (4000, 0, Verdict.NOW),
        (4099, 0, Verdict.NOW),
        (4100, 99, Verdict.BACKOFF),
        (4250, 0, Verdict.RENEW),
        (4399, 0, Verdict.FRESH),
        (4400, 0, Verdict.NEVER),
        (4500, 0, Verdict.BACKOFF),
        (1006, 10.0, Verdict.NOW),
        (1006, 9.9, Verdict.BACKOFF),
        (1000, 99, Verdict.BACKOFF),
        (4010, 99, Verdict.NEVER),
    ],
)
def test_the_range_carries_the_verdict(code: int, lived: float, wanted: Verdict) -> None:
    assert verdict(code, lived) is wanted


def test_codes_are_unique_and_within_a_range() -> None:
    assert len({each.code for each in CLOSE_CODES}) == len({each.name for each in CLOSE_CODES}) == len(CLOSE_CODES)
    assert all(any(first <= each.code <= last for first, last, _ in RANGES) for each in CLOSE_CODES)
    assert all(len(each.reason.encode()) <= 123 for each in CLOSE_CODES)


def test_every_error_has_words() -> None:
    assert set(MESSAGES) == set(ErrorCode)


def test_the_typescript_table_is_the_same() -> None:
    text = TYPESCRIPT.read_text(encoding="utf-8")
    verdicts = re.search(r"VERDICTS: readonly Verdict\[\] = \[(.*)\];", text)
    assert verdicts is not None
    hundreds = [4000 + 100 * index for index in range(len(RANGES))]
    words = re.findall(r"\"(\w+)\"", verdicts[1])
    assert [(each, each + 99, word) for each, word in zip(hundreds, words, strict=True)] == [
        (first, last, verdict.value) for first, last, verdict in RANGES
    ]
    codes = dict(re.findall(r"^  (\w+): (\d{4}),$", text, re.MULTILINE))
    assert {name: int(code) for name, code in codes.items()} == {each.name: each.code for each in CLOSE_CODES}


def test_typescript_knows_the_same_errors() -> None:
    text = TYPESCRIPT.read_text(encoding="utf-8")
    union = re.search(r"export type ProtocolCode =\n((?:  \| \"\w+\"\n?)+);", text)
    assert union is not None
    assert re.findall(r"\"(\w+)\"", union[1]) == [each.value for each in ErrorCode]
