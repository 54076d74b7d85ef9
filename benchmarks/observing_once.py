"""One round of `observing.py`, for whichever runtime is on the path: prints requests a second as JSON."""

import asyncio
import json

import handling

ROUNDS = 3


async def main() -> dict[str, float]:
    """The best of a few turns for each kind of handler; the machine has other work too."""
    return {
        "plain handler": max([await turn(handling.Plain()) for _ in range(ROUNDS)]),
        "async handler": max([await turn(handling.Async()) for _ in range(ROUNDS)]),
    }


async def turn(handler: handling.Plain) -> float:
    """Requests a second; a turn that a ping fell into, which is one more frame, counts for nothing."""
    try:
        return await handling.requests(handler)
    except RuntimeError:
        return 0.0


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main())))
