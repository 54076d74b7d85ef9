"""The REST side, as it was before anything was real-time; what is new are the calls of `Announcing`."""

from typing import Annotated

import jwt
from fastapi import APIRouter, Depends, Header, HTTPException
from notifications import SubjectAnnouncement, SubjectAssignment, SubjectMention, UserId
from pydantic import BaseModel, Field

from service.announcing import Announcing
from service.database import Database, Row
from service.tokens import Tokens


class SignIn(BaseModel):
    """A name is enough here; an application of yours asks for more."""

    name: Annotated[str, Field(min_length=1, max_length=64)]


class Mention(BaseModel):
    """Words in which somebody is named."""

    to: str
    excerpt: Annotated[str, Field(max_length=200)]


class Assignment(BaseModel):
    """A task for somebody."""

    to: str
    task: Annotated[str, Field(max_length=200)]


class Announcement(BaseModel):
    """Words for everybody."""

    text: Annotated[str, Field(max_length=1000)]


def build_api(database: Database, announcing: Announcing, tokens: Tokens) -> APIRouter:
    """The endpoints below `/api`."""
    api = APIRouter(prefix="/api")

    def caller(authorization: Annotated[str, Header()] = "") -> UserId:
        try:
            return UserId(tokens.subject(authorization.removeprefix("Bearer ")))
        except jwt.InvalidTokenError:
            raise HTTPException(401, "sign in first") from None

    Caller = Annotated[UserId, Depends(caller)]  # noqa: N806 - a type

    @api.post("/sign-in")
    def sign_in(body: SignIn) -> dict[str, str]:
        user = database.sign_in(body.name)
        return {"userId": user.id, "name": user.name, "token": tokens.sign(user.id)}

    @api.get("/users")
    def users(_: Caller) -> list[dict[str, str]]:
        return [{"id": each.id, "name": each.name} for each in database.users()]

    @api.get("/notifications")
    def newest(me: Caller) -> list[dict[str, object]]:
        return [shown(each) for each in database.newest(me)]

    @api.post("/mentions", status_code=201)
    async def mention(me: Caller, body: Mention) -> dict[str, object]:
        return await told(UserId(body.to), SubjectMention(by=me, excerpt=body.excerpt))

    @api.post("/tasks", status_code=201)
    async def assign(me: Caller, body: Assignment) -> dict[str, object]:
        return await told(UserId(body.to), SubjectAssignment(by=me, task=body.task))

    @api.post("/announcements", status_code=201)
    def announce(_: Caller, body: Announcement) -> dict[str, int]:
        everybody = database.users()
        for each in everybody:
            announcing.tell_from_thread(each.id, SubjectAnnouncement(text=body.text))
        return {"told": len(everybody)}

    async def told(to: UserId, subject: SubjectMention | SubjectAssignment) -> dict[str, object]:
        try:
            return shown(await announcing.tell(to, subject))
        except KeyError:
            raise HTTPException(404, "there is no such user") from None

    return api


def shown(row: Row) -> dict[str, object]:
    """A notification for the page, in the contract's words."""
    return {
        "id": row.id,
        "subject": row.subject,
        "createdAt": row.created_at.isoformat(),
        "isRead": row.is_read,
    }
