"""What the quick ways may not let pass: nesting is searched for only where it could be, and rules need no reasons."""

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
from generated_chat import CHAT, ROOT, generated, imported, write
from hypothesis import given, settings
from hypothesis import strategies as st
from rtgen_runtime.errors import InvalidPayload

RULES = ROOT / "tests/golden/generated_rules/contract.yaml"
PAYLOAD: dict[str, Any] = {"name": "Ada", "body": "Hello"}


def package(spec: Path, name: str, factory: pytest.TempPathFactory) -> ModuleType:
    folder = factory.mktemp(name)
    write(generated(spec), folder)
    return imported(folder, name)


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return package(CHAT, "chat", tmp_path_factory)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return package(RULES, "rules", tmp_path_factory)


@pytest.mark.parametrize("body", ["x", "x" * 2000, "\\u0078" * 2000, "ä" * 2000, "[{" * 500])
@pytest.mark.parametrize(("levels", "codes"), [(63, []), (64, ["depth"])])
@pytest.mark.parametrize("brackets", [("[", "]"), ('{"a":', "}")])
def test_long_words_hide_no_nesting(
    chat: ModuleType, body: str, levels: int, codes: list[str], brackets: tuple[str, str]
) -> None:
    opening, closing = brackets
    deep = opening * levels + "1" + closing * levels
    text = f'{{"name":"Ada","body":"no","later":{deep},"body":"{body}"}}'
    assert [issue.code for issue in chat.validators.VALIDATORS["RoomSendPayload"](text.encode())] == codes


def test_a_text_may_come_raw(chat: ModuleType) -> None:
    schema = chat.validators.ROOM_SEND_PAYLOAD
    assert schema.decode(msgspec.Raw(json.dumps(PAYLOAD).encode())) == chat.RoomSendPayload(**PAYLOAD)
    with pytest.raises(InvalidPayload, match="/body"):
        schema.decode(msgspec.Raw(json.dumps({**PAYLOAD, "body": ""}).encode()))


@pytest.mark.parametrize("number", ["1" * 400, "-" + "9" * 310, "1e400"])
@pytest.mark.parametrize("text", ['{{"either":{}}}', '{{"headers":{{"x-a":[{}]}}}}'])
def test_what_may_be_anything_is_no_number_that_no_double_holds(rules: ModuleType, text: str, number: str) -> None:
    issues = rules.validators.VALIDATORS["ThingsAllPayload"](text.format(number).encode())
    assert [issue.code for issue in issues] == ["malformed"]


NUMBERS = st.sampled_from(["1", "1.0", "1e0", "-0", "0.5", "1e2", "9007199254740993", "18446744073709551616"])
NESTED = st.recursive(
    NUMBERS | st.sampled_from(['"a"', "true", "null", '"x-a"']),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda each: f"[{','.join(each)}]")
        | st.dictionaries(st.sampled_from(["kind", "number", "x-a", "y", "size"]), inner, max_size=3).map(
            lambda each: "{" + ",".join(f'"{name}":{value}' for name, value in each.items()) + "}"
        )
    ),
    max_leaves=12,
)


@given(NESTED, st.integers(0, 9))
@settings(deadline=None, max_examples=300)
def test_judged_with_and_without_reasons_it_is_the_same(rules: ModuleType, inner: str, levels: int) -> None:
    text = ("[" * levels + inner + "]" * levels).encode()
    for name, issues in rules.validators.VALIDATORS.items():
        schema = issues.__self__
        assert outcome(schema.decode, text) == outcome(schema.decode_slowly, text), name


def outcome(decode: Any, text: bytes) -> tuple[bool, Any]:
    try:
        return True, decode(text)
    except InvalidPayload as error:
        return False, error.issues
