/** `createFakeChat()`: the generated client of `specs/chat.yaml` with a server in memory, as tests of pages use it. */
import { describe, expect, it, vi } from "vitest";

import {
  DisconnectedError,
  InvalidPayloadError,
  type Message,
  TimeoutError,
  isErrorOf,
  readHistory,
} from "../../../generated/chat/typescript/chat/index.js";
import { type FakeChat, createFakeChat } from "../../../generated/chat/typescript/chat/testing.js";
import { rejection } from "./room.js";

const GENERAL = { roomId: "general" };
const MESSAGE: Message = {
  id: "2eb8aa08-aa98-11ea-b4aa-73b441d16380",
  author: { id: "s1", name: "Ada" },
  body: "hello",
  sentAt: "2026-01-01T12:00:00Z",
};
const MUTED = { until: "2027-01-01T00:00:00Z" };
const WORDS = { name: "Ada", body: "hi" };

function message(body: string): Message {
  return { ...MESSAGE, body };
}

/** A client in a room, and what it hears. */
async function inRoom(chat: FakeChat = createFakeChat()) {
  const room = chat.client.room(GENERAL);
  const heard: string[] = [];
  room.on("posted", ({ body }) => heard.push(body));
  const release = room.retain();
  await chat.settled();
  return { chat, room, heard, release, server: chat.channels.room(GENERAL) };
}

describe("events", () => {
  it("reach those who have joined, at once", async () => {
    const { heard, server } = await inRoom();
    expect(server.joined).toBe(1);
    expect(server.push("posted", message("one"))).toBe(true);
    expect(heard).toEqual(["one"]);
  });

  it("must be what the contract says: the test fails where it pushes", async () => {
    const { heard, server } = await inRoom();
    expect(() => server.push("posted", { ...MESSAGE, id: "1" })).toThrow(
      "room.posted, as the test says it: /id must be a valid uuid",
    );
    expect(heard).toEqual([]);
  });

  it("can't be told before anybody is there", () => {
    const chat = createFakeChat();
    expect(() => chat.channels.room(GENERAL).push("posted", MESSAGE)).toThrow(
      "room.posted: nobody has joined rooms/general yet. Wait for settled() first",
    );
  });

  it("come from other members, too", async () => {
    const { chat, server, room } = await inRoom();
    const typing = vi.fn();
    room.on("typing", typing);
    server.push("typing", { name: "Bob", mood: "idle" }, { by: "bob" });
    const other = chat.createClient();
    other.room(GENERAL).retain();
    await chat.settled();
    other.room(GENERAL).typing({ name: "Cem", mood: "typing" });
    await chat.settled();
    expect(typing.mock.calls).toEqual([
      [
        { name: "Bob", mood: "idle" },
        { offset: 0, by: "bob" },
      ],
      [
        { name: "Cem", mood: "typing" },
        { offset: 0, by: other.session },
      ],
    ]);
    expect(server.sent("typing")).toEqual([{ name: "Cem", mood: "typing" }]);
  });

  it("that were recorded before are in the history", async () => {
    const chat = createFakeChat();
    chat.channels.room(GENERAL).record("posted", message("long ago"));
    const { room, heard } = await inRoom(chat);
    const reading = readHistory(room).next();
    await chat.settled();
    expect(heard).toEqual([]);
    expect((await reading).value).toEqual([{ event: "posted", payload: message("long ago"), offset: 1 }]);
  });
});

describe("requests", () => {
  it("are answered by a handler, now or later", async () => {
    const { chat, room, server } = await inRoom();
    server.answer("send", ({ body }) => message(body));
    expect(await room.send(WORDS)).toEqual(message("hi"));
    let answer: (reply: Message) => void = () => undefined;
    server.answer("send", () => new Promise((resolve) => (answer = resolve)));
    const sending = room.send({ ...WORDS, body: "later" });
    await chat.settled();
    answer(message("later"));
    expect(await sending).toEqual(message("later"));
    expect(server.sent("send")).toEqual([WORDS, { ...WORDS, body: "later" }]);
  });

  it("are refused with the contract's errors", async () => {
    const { room, server } = await inRoom();
    server.refuse("send", "muted", MUTED);
    const error = await rejection(room.send(WORDS));
    expect(isErrorOf(room, "send", error) && error.code === "muted" && error.data).toEqual(MUTED);
    expect((error as Error).message).toBe("refused by the test [muted]");
    server.answer("send", ({ body }, { refuse }) => (body === "hi" ? refuse("muted", MUTED) : message(body)));
    expect(await rejection(room.send(WORDS))).toMatchObject({ code: "muted" });
    expect(await room.send({ ...WORDS, body: "ho" })).toEqual(message("ho"));
  });

  it("can't be refused with data that the contract does not allow", async () => {
    const { server } = await inRoom();
    expect(() => {
      server.refuse("send", "muted", { until: "tomorrow" });
    }).toThrow("the error muted of room.send, as the test gives it: /until must be a valid date-time");
  });

  it("fail with words to act on where the test has no answer", async () => {
    const { room } = await inRoom();
    await expect(room.send(WORDS)).rejects.toThrow("the test has no answer to room.send at rooms/general");
  });

  it("are told of where a handler breaks the contract", async () => {
    const onProblem = vi.fn<(error: unknown) => void>();
    const { room, server } = await inRoom(createFakeChat({ onProblem }));
    server.answer("send", () => ({ ...MESSAGE, body: "" }));
    await expect(room.send(WORDS)).rejects.toThrow("the reply to room.send, as the test gives it: /body must not be");
    expect(onProblem).toHaveBeenCalledExactlyOnceWith(expect.any(InvalidPayloadError));
  });

  it("run into their timeout without waiting", async () => {
    const { chat, room, server } = await inRoom();
    server.answer("send", () => new Promise(() => undefined));
    const failing = rejection(room.send(WORDS));
    await chat.advance(9_999);
    expect(await Promise.race([failing, Promise.resolve("pending")])).toBe("pending");
    await chat.advance(1);
    expect(await failing).toBeInstanceOf(TimeoutError);
  });

  it("never leave when they break the contract", async () => {
    const { room, server } = await inRoom();
    await expect(room.send({ ...WORDS, body: "" })).rejects.toBeInstanceOf(InvalidPayloadError);
    expect(server.sent("send")).toEqual([]);
  });
});

describe("the connection", () => {
  it("is lost and comes back, with what was missed", async () => {
    const { chat, heard, server } = await inRoom();
    chat.offline();
    expect(chat.client.connection.getSnapshot().status).toBe("reconnecting");
    expect(server.push("posted", message("missed"))).toBe(false);
    await chat.advance(60_000);
    expect(chat.client.connection.getSnapshot()).toMatchObject({ status: "reconnecting", stalled: true });
    expect(heard).toEqual([]);
    await chat.online();
    expect(chat.client.connection.getSnapshot().status).toBe("ready");
    expect(heard).toEqual(["missed"]);
  });

  it("comes back by itself when time passes", async () => {
    const { chat, room } = await inRoom();
    chat.drop();
    expect(chat.client.connection.getSnapshot().status).toBe("reconnecting");
    await chat.advance(20_000);
    expect(chat.client.connection.getSnapshot().status).toBe("ready");
    expect(room.state.getSnapshot()).toMatchObject({ status: "joined", recovered: true });
  });

  it("ends for good where the server says so", async () => {
    const { chat } = await inRoom();
    chat.drop(4410, "banned");
    expect(chat.client.connection.getSnapshot()).toMatchObject({ status: "closed", reason: { code: 4410 } });
  });

  it("leaves the outcome of what had been sent unknown, and sends again what never arrived", async () => {
    const { chat, room, server } = await inRoom();
    server.answer("send", () => new Promise(() => undefined));
    const lost = rejection(room.send(WORDS));
    await chat.settled();
    chat.drop();
    server.answer("send", ({ body }) => message(body));
    await chat.advance(2_000);
    expect(await lost).toMatchObject({ sent: true });
    expect(await lost).toBeInstanceOf(DisconnectedError);
    const again = room.send({ ...WORDS, body: "again" });
    chat.drop();
    await chat.advance(20_000);
    expect(await again).toEqual(message("again"));
    expect(server.sent("send")).toEqual([WORDS, { ...WORDS, body: "again" }]);
  });

  it("stays while nothing is said: heartbeats are answered", async () => {
    const { chat } = await inRoom();
    await chat.advance(600_000);
    expect(chat.client.connection.getSnapshot().status).toBe("ready");
    expect(chat.frames.filter(({ frame: [tag] }) => tag === "$hello")).toHaveLength(1);
  });

  it("wakes from sleep", async () => {
    const { chat } = await inRoom();
    await chat.sleep(8 * 3_600_000);
    await chat.advance(5_000);
    expect(chat.client.connection.getSnapshot().status).toBe("ready");
  });
});

describe("joins", () => {
  it("are refused, and let in again", async () => {
    const chat = createFakeChat();
    const server = chat.channels.room(GENERAL);
    server.refuseJoin("forbidden", { message: "members only" });
    const { room } = await inRoom(chat);
    expect(room.state.getSnapshot()).toMatchObject({ status: "failed", error: { reason: "forbidden" } });
    server.refuseJoin("unavailable", { retryable: true, retryAfter: 3 });
    room.retain();
    await chat.settled();
    expect(room.state.getSnapshot().status).toBe("joining");
    server.admit();
    await chat.advance(3_000);
    expect(room.state.getSnapshot().status).toBe("joined");
  });

  it("end when the server says so", async () => {
    const { chat, room, server } = await inRoom();
    server.putOut("kicked");
    expect(room.state.getSnapshot()).toMatchObject({ status: "failed", error: { reason: "kicked" } });
    expect(server.joined).toBe(0);
    expect(server.push("posted", MESSAGE)).toBe(false);
    await chat.settled();
  });

  it("start over when the history was lost", async () => {
    const { chat, room, server } = await inRoom();
    const lost = vi.fn();
    room.onResync(lost);
    server.push("posted", MESSAGE);
    server.resync("invalidated");
    await chat.settled();
    expect(lost).toHaveBeenCalledExactlyOnceWith("invalidated");
    expect(room.state.getSnapshot()).toMatchObject({ status: "joined", recovered: false });
  });

  it("end when the last one lets go", async () => {
    const { chat, release, server } = await inRoom();
    release();
    expect(server.joined).toBe(1);
    await chat.advance(200);
    expect(server.joined).toBe(0);
  });
});

it("needs no time of the platform's, whatever is made of it", async () => {
  vi.useFakeTimers();
  try {
    const { chat, heard, server } = await inRoom();
    server.push("posted", message("still"));
    chat.drop();
    await chat.advance(20_000);
    expect(chat.client.connection.getSnapshot().status).toBe("ready");
    expect(heard).toEqual(["still"]);
    chat.close();
    expect(chat.client.connection.getSnapshot().status).toBe("closed");
  } finally {
    vi.useRealTimers();
  }
});
