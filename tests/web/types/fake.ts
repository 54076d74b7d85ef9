/** What tests of pages see of `createFakeChat()` as types, and what must not compile. Checked by `tsc` alone. */
import { expectTypeOf } from "vitest";

import type {
  ChatClient,
  Lobby,
  Message,
  MutedData,
  Room,
  RoomSeenPayload,
  RoomSendPayload,
  RoomTypingPayload,
} from "../../../generated/chat/typescript/chat/index.js";
import { type FakeChat, createFakeChat } from "../../../generated/chat/typescript/chat/testing.js";
import type { SentOf, ServerEnd } from "../../../generated/chat/typescript/runtime/testing.js";
import type { DocumentEditPayload, Person } from "../../../generated/shared/typescript/collab/index.js";
import { createFakeCollab } from "../../../generated/shared/typescript/collab/testing.js";

const chat = createFakeChat();
const room = chat.channels.room({ roomId: "general" });
const lobby = chat.channels.lobby();
const document = createFakeCollab().channels.document({ documentId: "x" });

export function whatIsInferred(): void {
  expectTypeOf(chat).toEqualTypeOf<FakeChat>();
  expectTypeOf(chat.client).toEqualTypeOf<ChatClient>();
  expectTypeOf(chat.createClient()).toEqualTypeOf<ChatClient>();
  expectTypeOf(chat.channels).not.toHaveProperty("kitchen");
  expectTypeOf(lobby).toEqualTypeOf<ServerEnd<Lobby>>();
  expectTypeOf(room).toExtend<ServerEnd<Room>>();
  expectTypeOf(room).not.toHaveProperty("members");
  expectTypeOf(room.sent("send")).toEqualTypeOf<RoomSendPayload[]>();
  expectTypeOf(room.sent("seen")).toEqualTypeOf<RoomSeenPayload[]>();
  expectTypeOf(room.sent("typing")).toEqualTypeOf<RoomTypingPayload[]>();
  expectTypeOf<keyof SentOf<Room>>().toEqualTypeOf<"seen" | "send" | "typing">();
  expectTypeOf(room.example("posted")).toEqualTypeOf<Message>();
  expectTypeOf(room.exampleReply("send")).toEqualTypeOf<Message>();
  expectTypeOf(document.members.list).toEqualTypeOf<ReadonlyMap<string, Person>>();
  expectTypeOf(document.sent("edit")).toEqualTypeOf<DocumentEditPayload[]>();
  expectTypeOf(document.sent("load")).toEqualTypeOf<null[]>();
  room.answer("send", (payload, call) => {
    expectTypeOf(payload).toEqualTypeOf<RoomSendPayload>();
    expectTypeOf(call.refuse<"muted">).parameters.toEqualTypeOf<["muted", data: MutedData]>();
    return room.exampleReply("send");
  });
}

export function whatCompiles(): void {
  room.answer("send", async () => Promise.resolve(room.exampleReply("send")));
  room.answer("send", (_, { refuse }) => refuse("muted", { until: "2027-01-01T00:00:00Z" }));
  document.refuse("edit", "outdated", { revision: 1 });
  // An error without data needs none.
  document.refuse("edit", "readOnly");
  document.members.show("ada", document.members.list.get("bob") as Person);
}

export function whatMustNotCompile(): void {
  // @ts-expect-error a parameter is missing
  chat.channels.room();
  // @ts-expect-error there is no such event
  room.push("postd", room.example("posted"));
  // @ts-expect-error a request is no event
  room.push("send", { name: "Ada", body: "hi" });
  // @ts-expect-error properties are missing
  room.push("posted", { body: "hi" });
  // @ts-expect-error a property is of another type
  room.push("posted", { ...room.example("posted"), body: 5 });
  // @ts-expect-error a property is not in the contract
  room.push("readers", { messageId: "x", count: 1, colour: "red" });
  // @ts-expect-error not one of the listed values
  room.push("typing", { name: "Ada", mood: "sleepy" });
  // @ts-expect-error this event is not recorded
  room.record("readers", room.example("readers"));
  // @ts-expect-error there is no such request
  room.answer("typing", () => null);
  // @ts-expect-error another type than the reply has
  room.answer("send", () => 5);
  // @ts-expect-error the contract has no such error
  room.refuse("send", "banned");
  // @ts-expect-error the error's data is missing
  room.refuse("send", "muted");
  // @ts-expect-error the error's data is of another type
  room.refuse("send", "muted", { until: 5 });
  // @ts-expect-error an error of another request
  document.refuse("load", "outdated", { revision: 1 });
  // @ts-expect-error nor in a handler
  room.answer("send", (_, { refuse }) => refuse("banned"));
  // @ts-expect-error clients can't send this
  room.sent("posted");
  // @ts-expect-error there is no such event to show
  room.example("send");
  // @ts-expect-error members show what the contract says
  document.members.show("ada", { name: "Ada" });
  // @ts-expect-error the fake's own part of the client
  createFakeChat({ client: { socket: () => undefined } });
}
