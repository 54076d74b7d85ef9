"""The server of `benchmarks/collab.py`: the example's handlers on a socket. Prints its port."""

import asyncio
import sys

from editor.tokens import Tokens
from handlers import create_app
from rtgen_runtime import listen
from rtgen_runtime.turns import Turns


async def serve(secret: bytes) -> None:
    """Until it is killed."""
    app = create_app(auth=Tokens(secret).auth)
    app.life.doors.turns = Turns(None)  # the load does not come again
    async with listen(app) as listening:
        print(listening.port, flush=True)
        await asyncio.Event().wait()


asyncio.run(serve(bytes.fromhex(sys.argv[1])))
