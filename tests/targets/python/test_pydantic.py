"""`models: pydantic`: handlers and emitters with Pydantic models, over the same exact validation."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from generated_chat import ROOT, generated, imported, write
from pydantic import BaseModel, ValidationError
from rtgen_runtime import InvalidPayload, listen

LIBRARY = ROOT / "tests/golden/generated_pydantic/contract.yaml"
DUE = datetime(2026, 1, 1, 12, tzinfo=UTC)
READER = UUID("0189b0de-0000-7000-8000-000000000000")
ISBN = "9780000000000"


WHOLE: dict[str, Any] = {"kind": "book", "isbn": ISBN, "dueAt": "2026-01-01T12:00:00Z", "model_config": "x"}
WHOLE |= {"copy": 1, "json": True, "class": "a", "tuple": [1, "a"], "lentTo": None}
WHOLE |= {"mood": "new", "pages": [1], "any": [{"a": None}]}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    folder = tmp_path_factory.mktemp("plain")
    write(generated(LIBRARY), folder)
    return imported(folder, "library")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    folder = tmp_path_factory.mktemp("library")
    write(generated(LIBRARY, models="pydantic"), folder)
    return imported(folder, "library")


def book(library: ModuleType, **more: Any) -> Any:
    return library.Book(isbn=ISBN, due_at=DUE, model_config_="x", **more)


def sent(library: ModuleType, name: str, value: Any) -> Any:
    return json.loads(getattr(library.validators, name).encode(value))


class Desk:
    """Handlers that give and take models."""

    def __init__(self, library: ModuleType) -> None:
        self.library = library
        self.taken: list[Any] = []

    def handler(self) -> Any:
        desk, library = self, self.library

        class Handler(library.DeskHandler):  # type: ignore[name-defined, misc]
            async def lend(self, ctx: Any, payload: Any) -> Any:
                desk.taken.append(payload)
                if payload.kind == "map":
                    raise library.Lent(until=DUE, by_name="Ana")
                await ctx.arrived(payload)
                return library.Shelf(items=[payload], inside=[library.Shelf(items=[])], labels={"a": "b"})

            def bring(self, ctx: Any, payload: Any) -> None:
                desk.taken.append(payload)
                ctx.counted(library.DeskCountedPayload(in_stock=3))

        return Handler()


@pytest.fixture
async def served(library: ModuleType) -> AsyncIterator[tuple[Desk, str]]:
    desk = Desk(library)
    async with listen(library.LibraryApp(desk=desk.handler())) as listening:
        yield desk, listening.url


async def test_a_conversation_of_models(served: tuple[Desk, str], library: ModuleType) -> None:
    desk, url = served
    async with library.LibraryClient(url) as ana, library.LibraryClient(url) as ben:
        hers, his = await ana.desk(desk_id="d"), await ben.desk(desk_id="d")
        arrived, counted, shown = his.arrived.listen(), his.counted.listen(), his.show_events.listen()
        mine = book(library, copy_=2, lent_to=READER)
        shelf = await hers.lend(mine)
        assert desk.taken == [mine]
        assert isinstance(desk.taken[0], BaseModel)
        assert shelf == library.Shelf(items=[mine], inside=[library.Shelf(items=[])], labels={"a": "b"})
        assert (await anext(arrived)).payload == mine
        hers.bring(library.Isbn(ISBN))
        assert (await anext(counted)).payload.in_stock == 3
        hers.show(shelf)
        assert (await anext(shown)).payload == shelf
        with pytest.raises(library.Lent) as lent:
            await hers.lend(library.Map(printed_on=date(1999, 12, 31)))
        assert lent.value.data == library.LentData(until=DUE, by_name="Ana")
        with pytest.raises(InvalidPayload) as invalid:
            await hers.lend(library.Book(isbn="none", due_at=DUE, model_config_="x"))
        assert [issue.code for issue in invalid.value.issues] == ["oneOf"]


def test_spelling_is_pythons_in_programs_and_the_contracts_on_the_wire(library: ModuleType) -> None:
    mine = book(library, copy_=2, json_=True, class_="a", tuple_=(1, "a"))
    assert sent(library, "BOOK", mine) == {
        "kind": "book",
        "isbn": ISBN,
        "dueAt": "2026-01-01T12:00:00Z",
        "model_config": "x",
        "copy": 2,
        "json": True,
        "class": "a",
        "tuple": [1, "a"],
    }
    assert library.Book.model_validate(sent(library, "BOOK", mine)) == mine


def test_none_is_absent_unless_the_contract_knows_null(library: ModuleType) -> None:
    mine = book(library, copy_=None, lent_to=None)
    assert "copy" not in sent(library, "BOOK", mine)
    assert sent(library, "BOOK", mine)["lentTo"] is None
    assert "lentTo" not in sent(library, "BOOK", book(library))
    mine.copy_ = 3
    assert sent(library, "BOOK", mine)["copy"] == 3
    mine.copy_ = None
    assert "copy" not in sent(library, "BOOK", mine)


def test_bounds_are_known_where_a_model_is_made_and_rules_where_it_is_sent(library: ModuleType) -> None:
    with pytest.raises(ValidationError):
        book(library, copy_=0)
    with pytest.raises(ValidationError):
        library.Map(printed_on=date(1999, 12, 31), colour="red")
    with pytest.raises(InvalidPayload):
        library.validators.BOOK.encode(book(library).model_copy(update={"isbn": "none"}))


@pytest.mark.parametrize(
    "text",
    [
        '{"kind":"book","isbn":"9780000000000","dueAt":"2016-12-31T23:59:60Z","model_config":""}',
        '{"kind":"book","isbn":"9780000000000","dueAt":"0000-01-01t00:00:00.1234567z","model_config":""}',
        '{"kind":"book","isbn":"9780000000000","dueAt":"2016-12-31T23:59:59-23:59","model_config":"","copy":1.0}',
        '{"kind":"map","printedOn":"0000-02-29","scale":1e300}',
    ],
)
def test_what_is_valid_is_always_handed_out(library: ModuleType, text: str) -> None:
    schema = library.validators.ITEM
    assert schema.issues(text.encode()) == []
    value = schema.decode(text.encode())
    assert schema.decode(schema.encode(value)) == value


STRAY: list[Any] = [None, True, 0, 1, -1, 1.0, 1.5, 2**53, "", "a", "new", "x" * 10, ISBN, str(READER), [], [1, "a"]]
STRAY += [[1, 2], [1, "a", 3], {}, {"a": 1}, "2026-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01", "book"]


@pytest.mark.parametrize("name", [*WHOLE, "surplus"])
def test_the_verdict_is_that_of_the_wire_in_every_place(library: ModuleType, plain: ModuleType, name: str) -> None:
    verdicts = []
    for value in STRAY:
        text = json.dumps({**WHOLE, name: value}).encode()
        issues = library.validators.BOOK.issues(text)
        assert [str(each) for each in issues] == [str(each) for each in plain.validators.BOOK.issues(text)]
        if not issues:
            model = library.validators.BOOK.decode(text)
            assert library.validators.BOOK.decode(library.validators.BOOK.encode(model)) == model
        verdicts.append(not issues)
    assert any(verdicts)


def test_types_are_those_of_the_contract(tmp_path: Path) -> None:
    write(generated(LIBRARY, models="pydantic"), tmp_path)
    (tmp_path / "consumer.py").write_text(
        "from datetime import date, datetime\n"
        "from typing import Literal, assert_type\n"
        "from uuid import UUID\n"
        "from library import Book, Isbn, Map, Shelf\n"
        "def see(book: Book, item: Book | Map, shelf: Shelf, due: datetime) -> None:\n"
        "    assert_type(book.isbn, Isbn)\n"
        "    assert_type(book.due_at, datetime)\n"
        "    assert_type(book.lent_to, UUID | None)\n"
        "    assert_type(book.tuple_, tuple[int, str] | None)\n"
        "    assert_type(shelf.inside, list[Shelf] | None)\n"
        "    if item.kind == 'map':\n"
        "        assert_type(item, Map)\n"
        "        assert_type(item.printed_on, date)\n"
        "    Book(isbn=Isbn('1'), due_at=due, model_config_='')\n"
        "    Book(isbn='1', due_at=due, model_config_='')  # type: ignore[arg-type]\n"
        "    Book(isbn=Isbn('1'), due_at=due)  # type: ignore[call-arg]\n"
        "    Book(isbn=Isbn('1'), due_at='now', model_config_='')  # type: ignore[arg-type]\n",
        encoding="utf-8",
    )
    command = (sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-incremental", "consumer.py")
    done = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_only_who_asks_for_pydantic_needs_it() -> None:
    plain = {str(each.path): each.text for each in generated(LIBRARY).files}
    asked = {str(each.path): each.text for each in generated(LIBRARY, models="pydantic").files}
    assert "pydantic" in asked["requirements.txt"]
    assert asked.keys() - plain.keys() == {"rtgen_runtime/pydantic_v1.py"}
    assert not [path for path, text in plain.items() if "import pydantic" in text or "from pydantic" in text]


def test_a_type_that_models_need_the_name_of_is_refused_only_there(tmp_path: Path) -> None:
    spec = tmp_path / "contract.yaml"
    spec.write_text(
        "rtgen: 1\ncontract: fields\nversion: 1.0.0\nschemas: { Field: { type: string } }\n"
        "channels: { a: { address: a, events: {} } }\n",
        encoding="utf-8",
    )
    assert generated(spec).findings == ()
    assert [each.rule for each in generated(spec, models="pydantic").findings] == ["generated-name-clash"]
