"""Puts the application together: the REST API as it was, and the real-time server mounted beside it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from handlers import create_app
from rtgen_runtime import SqliteStore
from rtgen_runtime.transports.asgi import Asgi

from service.announcing import Announcing
from service.api import build_api
from service.database import Database
from service.page import WEB
from service.tokens import Tokens


def build_application(folder: Path, page: Path) -> FastAPI:
    """Everything, on files in a folder; `page` is where the bundled page lies.

    The application has its database, and the history of the notifications has another.
    """
    database = Database(folder / "application.db")
    tokens = Tokens(folder / "secret")
    app = create_app(database, store=SqliteStore(folder / "realtime.db"), auth=tokens.auth)
    realtime = Asgi(app)

    @asynccontextmanager
    async def lifespan(_application: FastAPI) -> AsyncIterator[None]:
        async with realtime.lifespan():
            yield
        database.close()

    service = FastAPI(title="Notifications", lifespan=lifespan)
    service.include_router(build_api(database, Announcing(app, database), tokens))
    service.mount("/realtime", realtime)
    service.mount("/page", StaticFiles(directory=page))

    @service.get("/", include_in_schema=False)
    def index() -> FileResponse:
        return FileResponse(WEB / "index.html")

    return service
