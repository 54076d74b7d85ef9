/** The mock: it plays what the contract shows, or what the generator made up, until there is a server. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { createFakeChat } from "../../../generated/chat/typescript/chat/testing.js";
import { type Person, isErrorOf, readHistory } from "../../../generated/shared/typescript/collab/index.js";
import { createFakeCollab } from "../../../generated/shared/typescript/collab/testing.js";
import { createFakeNotifications } from "../../../generated/shared/typescript/notifications/testing.js";
import { rejection } from "./room.js";

const GENERAL = { roomId: "general" };
const ID = "2eb8aa08-aa98-11ea-b4aa-73b441d16380";
const DOCUMENT = { documentId: ID };

describe("a mock", () => {
  it("lets join, answers, and plays events as time passes", async () => {
    const chat = createFakeChat({ mock: { every: 1_000 }, time: "virtual" });
    const room = chat.client.room(GENERAL);
    const heard = vi.fn();
    for (const name of ["posted", "readers", "typing"] as const) room.on(name, heard);
    room.retain();
    await chat.settled();
    expect(await room.send({ name: "Ada", body: "hi" })).toMatchObject({ body: "Body 1", author: { name: "Name 1" } });
    await chat.advance(999);
    expect(heard).not.toHaveBeenCalled();
    await chat.advance(20_001);
    expect(heard).toHaveBeenCalledTimes(21);
  });

  it("plays the same for the same seed, and other things for another", async () => {
    const played = async (seed: number): Promise<string> => {
      const chat = createFakeChat({ mock: { seed }, time: "virtual" });
      chat.client.room(GENERAL).retain();
      await chat.advance(60_000);
      return JSON.stringify(chat.frames.filter(({ from }) => from === "server"));
    };
    expect(await played(1)).toBe(await played(1));
    expect(await played(1)).not.toBe(await played(2));
  });

  it("plays on demand", async () => {
    const chat = createFakeChat({ mock: { every: 0 }, time: "virtual" });
    const lobby = chat.client.lobby();
    const heard = vi.fn();
    lobby.on("roomOpened", heard);
    lobby.retain();
    await chat.advance(3_600_000);
    expect(heard).not.toHaveBeenCalled();
    chat.play();
    expect(heard).toHaveBeenCalledExactlyOnceWith({ roomId: "Room id 1" }, { offset: 0 });
    expect(() => {
      createFakeChat().play();
    }).toThrow("only a mock plays");
  });

  it("never tells the same recorded thing twice: ids are others from the second round on", async () => {
    const chat = createFakeChat({ mock: { every: 100 }, time: "virtual" });
    const room = chat.client.room(GENERAL);
    const ids: string[] = [];
    room.on("posted", ({ id }) => ids.push(id));
    room.retain();
    await chat.advance(5_000);
    expect(ids.length).toBeGreaterThan(10);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("has a past: recorded events, newest values, people", async () => {
    const collab = createFakeCollab({ mock: { every: 0 }, time: "virtual" });
    const room = collab.client.document(DOCUMENT);
    const saved = vi.fn();
    room.on("saved", saved);
    room.retain();
    await collab.settled();
    expect(saved).toHaveBeenCalledOnce();
    expect(room.presence.getSnapshot()).toMatchObject({ count: 3, complete: true });
    expect(room.presence.getSnapshot().members.get("member-1")).toMatchObject({ name: "Name 1" });
    const reading = readHistory(room).next();
    await collab.settled();
    expect((await reading).value).toHaveLength(3);
  });

  it("can be told what to answer all the same", async () => {
    const collab = createFakeCollab({ mock: { every: 0 }, time: "virtual" });
    const document = collab.client.document(DOCUMENT);
    document.retain();
    await collab.settled();
    expect(await document.load()).toEqual({ revision: 1, text: "Text 1" });
    collab.channels.document(DOCUMENT).refuse("edit", "outdated", { revision: 7 });
    const error = await rejection(
      document.edit({ id: ID, base: 1, operations: [{ kind: "insert", at: 0, text: "x" }] }),
    );
    expect(isErrorOf(document, "edit", error) && error.code === "outdated" && error.data.revision).toBe(7);
  });

  describe("in real time", () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it("goes by the platform's clock, and ends when it is closed", async () => {
      const chat = createFakeChat({ mock: true, latencyMs: 50 });
      const room = chat.client.room(GENERAL);
      room.retain();
      await vi.advanceTimersByTimeAsync(200);
      expect(room.state.getSnapshot().status).toBe("joined");
      await vi.advanceTimersByTimeAsync(30_000);
      const { length } = chat.frames;
      expect(length).toBeGreaterThan(10);
      await expect(chat.advance(1)).rejects.toThrow("time is real here");
      chat.close();
      await vi.advanceTimersByTimeAsync(30_000);
      expect(chat.frames).toHaveLength(length);
    });
  });
});

describe("examples", () => {
  it("are the test's to change", () => {
    const room = createFakeChat().channels.room(GENERAL);
    expect(room.example("posted")).toMatchObject({ body: "Body 1" });
    expect({ ...room.example("posted"), body: "mine" }).toMatchObject({ body: "mine", author: { name: "Name 2" } });
    expect(room.exampleReply("send")).toMatchObject({ body: "Body 1" });
  });

  it("of every contract here can be said", async () => {
    const collab = createFakeCollab();
    const inbox = createFakeNotifications();
    collab.client.document(DOCUMENT).retain();
    inbox.client.inbox({ userId: ID }).retain();
    await collab.settled();
    await inbox.settled();
    const document = collab.channels.document(DOCUMENT);
    for (const name of ["edited", "cursorMoved", "saved"] as const) {
      for (let round = 0; round < 7; round++) expect(document.push(name, document.example(name))).toBe(true);
    }
    const own = inbox.channels.inbox({ userId: ID });
    for (const name of ["notified", "unread", "wasRead"] as const) {
      for (let round = 0; round < 7; round++) expect(own.push(name, own.example(name))).toBe(true);
    }
  });
});

describe("people", () => {
  const ADA: Person = { userId: "ada", name: "Ada", color: "#112233" } as unknown as Person;

  it("come, change and go", async () => {
    const collab = createFakeCollab();
    const document = collab.client.document(DOCUMENT);
    const { members } = collab.channels.document(DOCUMENT);
    document.retain();
    await collab.settled();
    members.show("ada", ADA);
    members.show("bob", { ...ADA, name: "Bob" });
    members.show("bob", { ...ADA, name: "Bobby" });
    expect([...document.presence.getSnapshot().members.values()].map(({ name }) => name)).toEqual(["Ada", "Bobby"]);
    members.leave("ada");
    members.leave("bob");
    expect(document.presence.getSnapshot().count).toBe(0);
    members.show("ada", ADA);
    expect([...document.presence.getSnapshot().members.keys()]).toEqual(["ada"]);
    expect(() => {
      members.show("eve", { ...ADA, color: "red" });
    }).toThrow('document presence of "eve": /color must match');
  });

  it("are clients, too, once they show something", async () => {
    const collab = createFakeCollab();
    const document = collab.client.document(DOCUMENT);
    const { members } = collab.channels.document(DOCUMENT);
    const release = document.retain();
    await collab.settled();
    await document.presence.show(ADA);
    expect(members.shown).toEqual([ADA]);
    expect([...members.list.keys()]).toEqual([collab.client.session]);
    release();
    await collab.advance(200);
    expect(members.list.size).toBe(0);
  });
});

describe("requests that may be sent again", () => {
  it("run once, and their first outcome is the answer", async () => {
    const collab = createFakeCollab();
    const document = collab.client.document(DOCUMENT);
    const server = collab.channels.document(DOCUMENT);
    document.retain();
    await collab.settled();
    let answer: (reply: { readonly revision: number }) => void = () => undefined;
    const handler = vi.fn(() => new Promise<{ readonly revision: number }>((resolve) => (answer = resolve)));
    server.answer("edit", handler);
    const editing = document.edit({ id: ID, base: 1, operations: [{ kind: "insert", at: 0, text: "x" }] });
    await collab.settled();
    collab.drop();
    await collab.advance(2_000);
    answer({ revision: 2 });
    expect(await editing).toEqual({ revision: 2 });
    expect(handler).toHaveBeenCalledOnce();
    expect(server.sent("edit")).toHaveLength(1);
  });
});
