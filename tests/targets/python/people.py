"""What users of a contract with brands see; what must not pass is marked, and mypy checks that each mark is needed."""

from typing import assert_type

import people
from people import Cents, DeskChannel, JoinedDesk, Login, PeopleClient, Person, Slug, UserId

ADA = UserId("0189b0de-0000-7000-8000-000000000000")
PRICE = Cents(250)


def brands_are_what_they_are_made_of(person: Person) -> None:
    """They go where their base goes."""
    text: str = ADA
    number: int = PRICE + 1
    Person(id=ADA, name="Ada", balance=PRICE, slug=Slug("ada"), friends=[ADA], seen={ADA: PRICE}, boss=None)
    assert_type(person.id, UserId)
    print(text, number)


def brands_are_not_mixed_up(number: int) -> None:
    """A base is no brand, nor is another brand."""
    Person(id="ada", name="Ada")  # type: ignore[arg-type]
    Person(id=Slug("ada"), name="Ada")  # type: ignore[arg-type]
    Person(id=ADA, name="Ada", balance=250)  # type: ignore[arg-type]
    Person(id=ADA, name="Ada", friends=["ada"])  # type: ignore[list-item]
    Login(user="ada", password=str(number))  # type: ignore[arg-type]


async def brands_are_asked_of_users(app: people.PeopleApp, client: PeopleClient, joined: JoinedDesk) -> DeskChannel:
    """In addresses and events too."""
    await client.desk(id=ADA)
    await client.desk(id="ada")  # type: ignore[arg-type]
    joined.pay(PRICE)
    joined.pay(250)  # type: ignore[arg-type]
    app.desk(id="ada")  # type: ignore[arg-type]
    return app.desk(id=ADA)


def known_values_are_told(person: Person) -> None:
    """An open enum takes any text."""
    person.mood = "fine"
    person.mood = "over the moon"
    person.mood = 7  # type: ignore[assignment]
