/** The client generated from `specs/chat.yaml`, against the fake that is generated with it. */
import { describe, expect, it, vi } from "vitest";

import {
  type InvalidEvent,
  InvalidPayloadError,
  type Message,
  createChatClient,
  isErrorOf,
  validators,
} from "../../../generated/chat/typescript/chat/index.js";
import { createFakeChat } from "../../../generated/chat/typescript/chat/testing.js";
import { MemoryNetwork } from "../../../generated/chat/typescript/runtime/testing.js";
import { rejection } from "./room.js";

const MESSAGE: Message = {
  id: "2eb8aa08-aa98-11ea-b4aa-73b441d16380",
  author: { id: "s1", name: "Ada" },
  body: "hello",
  sentAt: "2026-01-01T12:00:00Z",
};
const GENERAL = { roomId: "general" };

async function joined() {
  const chat = createFakeChat();
  const general = chat.client.room(GENERAL);
  const release = general.retain();
  await chat.settled();
  return { chat, general, server: chat.channels.room(GENERAL), release };
}

describe("the generated client", () => {
  it("asks, and gets a typed answer", async () => {
    const { chat, general, server } = await joined();
    server.answer("send", ({ body }) => ({ ...MESSAGE, body }));
    expect(await general.send({ name: "Ada", body: "hi" })).toEqual({ ...MESSAGE, body: "hi" });
    expect(server.sent("send")).toEqual([{ name: "Ada", body: "hi" }]);
    chat.close();
  });

  it("gets domain errors with their data", async () => {
    const { chat, general, server } = await joined();
    server.refuse("send", "muted", { until: "2027-01-01T00:00:00Z" });
    const error = await rejection(general.send({ name: "Ada", body: "hi" }));
    expect(isErrorOf(general, "send", error) && error.code === "muted" && error.data.until).toBe(
      "2027-01-01T00:00:00Z",
    );
    chat.close();
  });

  it("lets nothing invalid out", async () => {
    const { chat, general, server } = await joined();
    const error = await rejection(general.send({ name: "", body: "x".repeat(2001) }));
    expect(error).toBeInstanceOf(InvalidPayloadError);
    expect((error as InvalidPayloadError).issues.map(({ pointer, code }) => [pointer, code])).toEqual([
      ["/name", "minLength"],
      ["/body", "maxLength"],
    ]);
    expect(server.sent("send")).toEqual([]);
    chat.close();
  });

  it("lets nothing invalid in", () => {
    // Not the fake: it says nothing that the contract does not allow.
    const network = new MemoryNetwork();
    const onInvalid = vi.fn<(event: InvalidEvent) => void>();
    const heard = vi.fn();
    const client = createChatClient({ url: "ws://test", socket: network.socket, onInvalid });
    const general = client.room(GENERAL);
    general.on("posted", heard);
    general.retain();
    const server = network.latest;
    server.accept();
    server.send(["$welcome", { session: "me", version: "1.0.0", heartbeat: { every: 25, slack: 10 } }]);
    const ref = server.framesOf("$join")[0]?.[1];
    server.send(["$joined", ref, "rooms/general", { epoch: "e", offset: 0, recovered: false, replay: 0 }]);
    server.send(["room.posted", 1, "rooms/general", { ...MESSAGE, id: "not a uuid" }]);
    server.send(["room.posted", 2, "rooms/general", MESSAGE]);
    expect(heard).toHaveBeenCalledExactlyOnceWith(MESSAGE, { offset: 2 });
    expect(onInvalid.mock.calls[0]?.[0]).toMatchObject({
      tag: "room.posted",
      address: "rooms/general",
      issues: [{ pointer: "/id", code: "format" }],
    });
    client.close();
  });

  it("hears relays, and sends them", async () => {
    const { chat, general, server } = await joined();
    const heard = vi.fn();
    general.on("typing", heard);
    general.typing({ name: "Ada", mood: "typing" });
    server.push("typing", { name: "Bob", mood: "idle" }, { by: "s2" });
    await chat.settled();
    expect(server.sent("typing")).toEqual([{ name: "Ada", mood: "typing" }]);
    expect(heard).toHaveBeenCalledExactlyOnceWith({ name: "Bob", mood: "idle" }, { offset: 0, by: "s2" });
    chat.close();
  });

  it("never asks for a room whose name breaks the contract", async () => {
    const { chat } = await joined();
    const bad = chat.client.room({ roomId: "NO SPACES" });
    bad.retain();
    await expect(bad.joined()).rejects.toMatchObject({ issues: [{ pointer: "/roomId", code: "pattern" }] });
    await chat.settled();
    expect(chat.frames.filter(({ frame: [tag] }) => tag === "$join")).toHaveLength(1);
    chat.close();
  });

  it("holds several channels on one connection", async () => {
    const { chat, release } = await joined();
    const entrance = chat.client.lobby();
    const heard = vi.fn();
    entrance.on("roomOpened", heard);
    entrance.retain();
    await chat.settled();
    chat.channels.lobby().push("roomOpened", { roomId: "new" });
    expect(heard).toHaveBeenCalledOnce();
    expect(chat.frames.filter(({ frame: [tag] }) => tag === "$hello")).toHaveLength(1);
    release();
    chat.close();
  });
});

describe("the generated validators", () => {
  it("know every type of the contract", () => {
    expect(Object.keys(validators).sort()).toEqual([
      "Author",
      "LobbyRoomOpenedPayload",
      "Message",
      "MutedData",
      "RoomReadersPayload",
      "RoomSeenPayload",
      "RoomSendPayload",
      "RoomTypingPayload",
    ]);
  });

  it.each<[string, unknown, [string, string][]]>([
    ["Message", MESSAGE, []],
    ["Message", { ...MESSAGE, later: true }, []],
    ["Message", null, [["", "type"]]],
    ["Message", [], [["", "type"]]],
    [
      "Message",
      { ...MESSAGE, author: { id: "" } },
      [
        ["/author", "required"],
        ["/author/id", "minLength"],
      ],
    ],
    ["Message", { ...MESSAGE, tags: Array(9).fill("x") }, [["/tags", "maxItems"]]],
    [
      "Message",
      { ...MESSAGE, tags: ["ok", 5, ""] },
      [
        ["/tags/1", "type"],
        ["/tags/2", "minLength"],
      ],
    ],
    ["Message", { ...MESSAGE, body: "\u{1f600}".repeat(2000) }, []],
    ["Message", { ...MESSAGE, body: "\u{1f600}".repeat(2001) }, [["/body", "maxLength"]]],
    [
      "Message",
      {},
      [
        ["", "required"],
        ["", "required"],
        ["", "required"],
        ["", "required"],
      ],
    ],
    ["RoomReadersPayload", { messageId: MESSAGE.id, count: 1.0 }, []],
    ["RoomReadersPayload", { messageId: MESSAGE.id, count: 1.5 }, [["/count", "type"]]],
    ["RoomReadersPayload", { messageId: MESSAGE.id, count: true }, [["/count", "type"]]],
    ["RoomReadersPayload", { messageId: MESSAGE.id, count: -1 }, [["/count", "minimum"]]],
    ["RoomReadersPayload", { messageId: MESSAGE.id, count: 1e6 }, [["/count", "maximum"]]],
    ["RoomTypingPayload", { name: "A", mood: "sleepy" }, [["/mood", "enum"]]],
    ["RoomTypingPayload", { name: "A", mood: 5 }, [["/mood", "enum"]]],
  ])("%s says of %j: %j", (name, value, expected) => {
    expect(validators[name]?.(value, "all").map(({ pointer, code }) => [pointer, code])).toEqual(expected);
    expect(validators[name]?.(value).map(({ pointer, code }) => [pointer, code])).toEqual(expected.slice(0, 1));
  });
});
