"""Each marked line uses what is deprecated; mypy must name every one of them, and nothing else."""

from people import Cents, JoinedDesk, PeopleClient, UserId
from people.desk import DeskChannel
from people.models import Person


async def uses(client: PeopleClient, joined: JoinedDesk, channel: DeskChannel, person: Person) -> None:
    """At both ends."""
    joined.pay(Cents(1))
    channel.changed(person)
    channel.renamed(person)  # old
    joined.wave(UserId("ada"))  # old
    print(joined.renamed)  # old
    await joined.rename("ada")  # old
    await client.old()  # old
