import { NgZone, PLATFORM_ID, signal, VERSION } from "@angular/core";
import { TestBed } from "@angular/core/testing";
import { describe, expect, inject, test } from "vitest";

import {
  injectChannel,
  injectConnection,
  injectEvent,
  injectLatest,
  injectPresence,
  injectRequest,
  injectResync,
} from "../../../templates/angular/runtime/angular/index.js";
import { Server } from "../hooks/server.js";
import { hasZones } from "./mode.js";
import { inRoom, mount, settle } from "./mounting.js";

const lingered = 1000;

test("this is the Angular that the project says", () => {
  expect(VERSION.major).toBe(String(inject("angular")));
  expect(hasZones).toBe(inject("zones") === "zone");
});

describe("injectChannel", () => {
  test("joins with the component, shows it, and leaves after it was destroyed", async () => {
    const server = new Server();
    const client = server.client();
    const { fixture } = mount(
      () => injectChannel(() => client.room({ roomId: "general" })),
      ({ status }) => status(),
    );
    expect(server.connections).toBe(0);
    await settle();
    expect((fixture.nativeElement as HTMLElement).textContent).toBe("joined");
    expect(server.frames.map(([tag]) => tag)).toEqual(["$join"]);
    fixture.destroy();
    server.clock.turn(lingered);
    expect(server.count("$leave", "rooms/general")).toBe(1);
  });

  test("connects nowhere on a server", async () => {
    TestBed.configureTestingModule({ providers: [{ provide: PLATFORM_ID, useValue: "server" }] });
    const { server, given } = inRoom((room) => room);
    await settle();
    expect(given.status()).toBe("detached");
    expect(server.connections).toBe(0);
  });

  test("joins nothing without a channel, and when there is one does", async () => {
    const { server, roomId, given } = inRoom((room) => room);
    roomId.set(null);
    await settle();
    expect([given.channel(), given.status(), given.error()]).toEqual([null, "detached", null]);
    expect(server.connections).toBe(0);
    roomId.set("general");
    await settle();
    expect([given.channel()?.address, given.status()]).toEqual(["rooms/general", "joined"]);
    roomId.set(null);
    await settle();
    expect(given.status()).toBe("detached");
    server.clock.turn(lingered);
    expect(server.count("$leave", "rooms/general")).toBe(1);
  });

  test("joins only while it is enabled", async () => {
    const server = new Server();
    const client = server.client();
    const enabled = signal(false);
    const { given } = mount(() => injectChannel(() => client.room({ roomId: "general" }), { enabled }));
    await settle();
    expect([given.channel(), server.connections]).toEqual([null, 0]);
    enabled.set(true);
    await settle();
    expect(given.status()).toBe("joined");
    enabled.set(false);
    await settle();
    server.clock.turn(lingered);
    expect([given.channel(), server.count("$leave", "rooms/general")]).toEqual([null, 1]);
  });

  test("moves when a signal it reads has changed", async () => {
    const { server, client, roomId, given } = inRoom((room) => room);
    await settle();
    roomId.set("random");
    await settle();
    server.clock.turn(lingered);
    await settle();
    expect(given.channel()).toBe(client.room({ roomId: "random" }));
    expect(given.status()).toBe("joined");
    expect(server.count("$join", "rooms/random")).toBe(1);
    expect(server.count("$leave", "rooms/general")).toBe(1);
  });

  test("lives as long as an injector that is no component's", async () => {
    const server = new Server();
    const client = server.client();
    const room = TestBed.runInInjectionContext(() => injectChannel(() => client.room({ roomId: "general" })));
    await settle();
    expect(room.status()).toBe("joined");
    TestBed.resetTestingModule();
    server.clock.turn(lingered);
    expect(server.count("$leave", "rooms/general")).toBe(1);
  });

  test("says by its own name that it needs an injection context", () => {
    const client = new Server().client();
    expect(() => injectChannel(() => client.room({ roomId: "general" }))).toThrow("injectChannel()");
  });
});

test("injectConnection follows the connection and does not make one", async () => {
  const server = new Server();
  const client = server.client();
  const { given } = mount(() => injectConnection(client));
  await settle();
  expect(given().status).toBe("idle");
  expect(server.connections).toBe(0);
  client.connect();
  await settle();
  expect(given().status).toBe("ready");
  server.drop();
  expect(given().status).toBe("reconnecting");
});

test("injectConnection shows what happened between the first look and the first effect", async () => {
  const client = new Server().client();
  const { given } = mount(() => injectConnection(client));
  expect(given().status).toBe("idle");
  client.connect();
  client.close();
  await settle();
  expect(given().status).toBe("closed");
});

test("sockets are opened outside of the zone", async () => {
  const { server } = inRoom((room) => room);
  let outside = 0;
  const zone = TestBed.inject(NgZone);
  zone.runOutsideAngular = (run) => {
    const before = server.connections;
    const result = run();
    outside += server.connections - before;
    return result;
  };
  await settle();
  expect([outside, server.connections]).toEqual([1, 1]);
});

test("injectEvent hears one room at a time, until the component goes", async () => {
  const heard: string[] = [];
  const { server, roomId, fixture } = inRoom((room) => {
    injectEvent(room, "posted", ({ body }) => heard.push(body));
  });
  await settle();
  server.post("one");
  roomId.set("random");
  await settle();
  server.post("unheard");
  server.post("two", "rooms/random");
  fixture.destroy();
  server.post("three", "rooms/random");
  expect(heard).toEqual(["one", "two"]);
});

test("injectLatest has what a join brings, then what comes, and nothing of another room", async () => {
  const server = new Server();
  server.mood = "calm";
  const { given, roomId } = inRoom((room) => injectLatest(room, "mood"), server);
  expect(given()).toBeUndefined();
  await settle();
  expect(given()).toEqual({ body: "calm" });
  server.post("merry", "rooms/general", "mood");
  expect(given()).toEqual({ body: "merry" });
  roomId.set(null);
  expect(given()).toBeUndefined();
});

describe("injectPresence", () => {
  test("lists who is there, as they come", async () => {
    const server = new Server();
    server.people = [["ann", { name: "Ann" }]];
    const { given } = inRoom((room) => injectPresence(room), server);
    expect([given.count(), given.complete(), given.members().size]).toEqual([0, false, 0]);
    await settle();
    expect([given.count(), given.complete(), given.members().get("ann")]).toEqual([1, true, { name: "Ann" }]);
    server.enter("bob", { name: "Bob" });
    expect([given.count(), given.members().get("bob")]).toEqual([2, { name: "Bob" }]);
  });

  test("shows something of the own, and rejects where there is no channel", async () => {
    const { server, given, roomId } = inRoom((room) => injectPresence(room));
    await settle();
    await given.show({ name: "Cleo" });
    expect(server.frames.at(-1)).toEqual(["$state", expect.any(Number), "rooms/general", { name: "Cleo" }]);
    roomId.set(null);
    await expect(given.show({ name: "Cleo" })).rejects.toMatchObject({ name: "DisconnectedError", sent: false });
  });
});

describe("injectRequest", () => {
  test("shows what is pending and then the reply", async () => {
    const { server, given } = inRoom((room) => injectRequest(room, "send"));
    await settle();
    const promise = given.execute({ body: "hello" });
    expect(given.pending()).toBe(true);
    server.answer("hello", { reply: { body: "said" } });
    await expect(promise).resolves.toEqual({ body: "said" });
    await settle();
    expect([given.pending(), given.error(), given.data()]).toEqual([false, null, { body: "said" }]);
  });

  test("shows a refusal and throws nothing", async () => {
    const { server, given } = inRoom((room) => injectRequest(room, "send"));
    await settle();
    await expect(given.execute({ body: "" })).resolves.toBeUndefined();
    await settle();
    expect(given.error()?.name).toBe("InvalidPayloadError");
    expect(server.count("room.send", "rooms/general")).toBe(0);
    void given.execute({ body: "hello" });
    expect(given.error()).toBeNull();
    server.answer("hello", { code: "muted" });
    await settle();
    expect(given.error()).toMatchObject({ name: "RequestError", code: "muted" });
  });

  test("shows only the latest call, and none of another room", async () => {
    const { server, roomId, given } = inRoom((room) => injectRequest(room, "send"));
    await settle();
    void given.execute({ body: "first" });
    void given.execute({ body: "second" });
    server.answer("first", { reply: { body: "to the first" } });
    await settle();
    expect([given.pending(), given.data()]).toEqual([true, undefined]);
    server.answer("second", { reply: { body: "to the second" } });
    await settle();
    expect([given.pending(), given.data()]).toEqual([false, { body: "to the second" }]);
    roomId.set("random");
    expect(given.data()).toBeUndefined();
  });

  test("rejects where there is no channel", async () => {
    const { given, roomId } = inRoom((room) => injectRequest(room, "send"));
    roomId.set(null);
    await expect(given.execute({ body: "hello" })).rejects.toMatchObject({ name: "DisconnectedError", sent: false });
    expect([given.pending(), given.error()]).toEqual([false, null]);
  });
});

test("injectResync says why continuity was lost", async () => {
  const reasons: string[] = [];
  const { server } = inRoom((room) => {
    injectResync(room, (reason) => reasons.push(reason));
  });
  await settle();
  server.drop();
  server.clock.turn(60_000);
  await settle();
  expect(server.count("$join", "rooms/general")).toBe(2);
  expect(reasons).toHaveLength(1);
});
