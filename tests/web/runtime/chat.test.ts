/** The client generated from `specs/chat.yaml`, against the server in memory that comes with it. */
import { describe, expect, it, vi } from "vitest";

import {
  type InvalidEvent,
  InvalidPayloadError,
  type Message,
  RequestError,
  createChatClient,
  isErrorOf,
  lobby,
  room,
  validators,
} from "../../../generated/chat/typescript/chat/index.js";
import { TestServer } from "../../../generated/chat/typescript/runtime/testing.js";
import { rejection } from "./room.js";

const MESSAGE: Message = {
  id: "2eb8aa08-aa98-11ea-b4aa-73b441d16380",
  author: { id: "s1", name: "Ada" },
  body: "hello",
  sentAt: "2026-01-01T12:00:00Z",
};
const GENERAL = { roomId: "general" };

async function joined(onInvalid?: (event: InvalidEvent) => void) {
  const server = new TestServer();
  const client = createChatClient({ url: "ws://test", socket: server.socket, ...(onInvalid && { onInvalid }) });
  const general = client.room(GENERAL);
  const release = general.retain();
  await general.joined();
  return { server, client, general, release };
}

describe("the generated client", () => {
  it("asks, and gets a typed answer", async () => {
    const { server, client, general } = await joined();
    server.answer(room, "send", ({ body }) => ({ ...MESSAGE, body }));
    expect(await general.send({ name: "Ada", body: "hi" })).toEqual({ ...MESSAGE, body: "hi" });
    expect(server.payloads(room, "send")).toEqual([{ name: "Ada", body: "hi" }]);
    client.close();
  });

  it("gets domain errors with their data", async () => {
    const { server, client, general } = await joined();
    server.answer(room, "send", () => {
      const data = { until: "2027-01-01T00:00:00Z" };
      throw new RequestError({ code: "muted", message: "be quiet", retryable: false, retryAfter: null, data });
    });
    const error = await rejection(general.send({ name: "Ada", body: "hi" }));
    expect(isErrorOf(general, "send", error) && error.code === "muted" && error.data.until).toBe(
      "2027-01-01T00:00:00Z",
    );
    client.close();
  });

  it("lets nothing invalid out or in", async () => {
    const invalid = vi.fn<(event: InvalidEvent) => void>();
    const heard = vi.fn();
    const { server, client, general } = await joined(invalid);
    general.on("posted", heard);
    const error = await rejection(general.send({ name: "", body: "x".repeat(2001) }));
    expect(error).toBeInstanceOf(InvalidPayloadError);
    expect((error as InvalidPayloadError).issues.map(({ pointer, code }) => [pointer, code])).toEqual([
      ["/name", "minLength"],
      ["/body", "maxLength"],
    ]);
    expect(server.payloads(room, "send")).toEqual([]);
    server.emit(room, GENERAL, "posted", { ...MESSAGE, id: "not a uuid" }, { offset: 1 });
    server.emit(room, GENERAL, "posted", MESSAGE, { offset: 2 });
    expect(heard).toHaveBeenCalledExactlyOnceWith(MESSAGE, { offset: 2 });
    expect(invalid.mock.calls[0]?.[0]).toMatchObject({
      tag: "room.posted",
      address: "rooms/general",
      issues: [{ pointer: "/id", code: "format" }],
    });
    client.close();
  });

  it("hears relays, and sends them", async () => {
    const { server, client, general } = await joined();
    const heard = vi.fn();
    general.on("typing", heard);
    general.typing({ name: "Ada", mood: "typing" });
    server.emit(room, GENERAL, "typing", { name: "Bob", mood: "idle" }, { by: "s2" });
    expect(server.payloads(room, "typing")).toEqual([{ name: "Ada", mood: "typing" }]);
    expect(heard).toHaveBeenCalledExactlyOnceWith({ name: "Bob", mood: "idle" }, { offset: 0, by: "s2" });
    client.close();
  });

  it("never asks for a room whose name breaks the contract", async () => {
    const { server, client } = await joined();
    const bad = client.room({ roomId: "NO SPACES" });
    bad.retain();
    await expect(bad.joined()).rejects.toMatchObject({ issues: [{ pointer: "/roomId", code: "pattern" }] });
    expect(server.connection.framesOf("$join")).toHaveLength(1);
    client.close();
  });

  it("holds several channels on one connection", async () => {
    const { server, client, release } = await joined();
    const entrance = client.lobby();
    const heard = vi.fn();
    entrance.on("roomOpened", heard);
    entrance.retain();
    await entrance.joined();
    server.emit(lobby, {}, "roomOpened", { roomId: "new" });
    expect(heard).toHaveBeenCalledOnce();
    server.refuse(lobby, {}, "forbidden");
    release();
    client.close();
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
