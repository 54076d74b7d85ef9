"""What a newer process has recorded: what does not fit reaches nobody here, and nobody's position moves past it."""

from typing import Any

from rtgen_runtime.broker.words import Afresh, Recorded
from rtgen_runtime.declarations import HistorySize
from rtgen_runtime.stores.memory import MemoryStore
from versioned_rooms import Guest, serving

NOW = "rooms/a"
SIZE = HistorySize(keep=500, seconds=3600.0)
FITS, LATER = b'{"text":"hi","mood":"wild"}', b'{"body":"hi"}'


async def met() -> tuple[Any, Guest, str]:
    server = serving()
    guest = Guest(server)
    await guest.enter()
    return server, guest, (await guest.inside(NOW))["epoch"]


def news(epoch: str, offset: int, payload: bytes, version: str = "4.0.0") -> Recorded:
    return Recorded("room.added", payload, epoch, offset, None, version)


async def heard(guest: Guest) -> list[int]:
    return [frame[1] for frame in await guest.rest() if frame[0] == "room.added"]


async def test_an_address_is_held_from_what_does_not_fit() -> None:
    server, guest, epoch = await met()
    for offset, payload, version in ((1, FITS, "4.0.0"), (2, LATER, "4.0.0"), (3, FITS, "4.0.0"), (4, FITS, "3.0.1")):
        server.hub.news(NOW, news(epoch, offset, payload, version))
    assert await heard(guest) == [1]
    late = Guest(server)
    await late.enter(client="late")
    assert (await late.inside(NOW))["offset"] == 1


async def test_who_has_heard_it_elsewhere_stays_where_it_is() -> None:
    server, _, epoch = await met()
    server.hub.news(NOW, news(epoch, 1, LATER))
    mover = Guest(server)
    await mover.enter(client="mover")
    back = await mover.inside(NOW, (epoch, 7))
    assert (back["recovered"], back["offset"], back["replay"]) == (True, 7, 0)


async def test_what_the_store_has_is_read_up_to_there() -> None:
    store = MemoryStore()
    for version, payload in (("3.0.1", FITS), ("4.0.0", FITS), ("4.0.0", LATER), ("3.0.1", FITS)):
        store.speak(version)
        await store.history.append(NOW, SIZE, "room.added", payload)
    server = serving(store=store)
    guest = Guest(server)
    await guest.enter()
    epoch = (await guest.inside(NOW))["epoch"]
    guest.tell("$leave", 90, NOW)
    await guest.rest()
    back = await guest.inside(NOW, (epoch, 0))
    assert (back["recovered"], back["offset"], back["replay"]) == (True, 2, 2)
    assert await heard(guest) == [1, 2]


async def test_it_is_over_when_everybody_begins_afresh() -> None:
    server, guest, epoch = await met()
    server.hub.news(NOW, news(epoch, 1, LATER))
    server.hub.news(NOW, Afresh(epoch, "told to"))
    await guest.rest()
    await guest.inside(NOW, (epoch, 0))
    server.hub.news(NOW, news(epoch, 1, FITS))
    assert await heard(guest) == [1]
