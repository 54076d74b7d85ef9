import { Component, NgZone, PLATFORM_ID, signal, VERSION, type WritableSignal } from "@angular/core";
import { type ComponentFixture, TestBed } from "@angular/core/testing";
import { beforeEach, describe, expect, inject, test } from "vitest";

import {
  createClientToken,
  injectChannel,
  injectClient,
  injectConnection,
  injectEvent,
  injectEvents,
  injectRequest,
  injectResync,
  provideClient,
} from "../../../templates/angular/runtime/angular/index.js";
import type { ChatClient, Room } from "../hooks/contract.js";
import { changeDetection, hasZones } from "./mode.js";
import { Server } from "../hooks/server.js";

const lingered = 1000;

beforeEach(() => {
  TestBed.resetTestingModule().configureTestingModule({ providers: [changeDetection()] });
});

/** Lets Angular run what signals have scheduled, and waits for what the server in memory answers in microtasks. */
async function settle(): Promise<void> {
  tick();
  await new Promise<void>((done) => setImmediate(done));
  tick();
}

/** With zones an application is looked at inside of its zone. */
function tick(): void {
  TestBed.inject(NgZone).run(() => {
    TestBed.tick();
  });
}

/** Makes a component that calls `setup` where fields are initialised; its text is what `text` gives. */
function mount<T>(
  setup: () => T,
  text: (given: T) => string = () => "",
): { given: T; fixture: ComponentFixture<object> } {
  class Host {
    readonly given = setup();
    readonly text = (): string => text(this.given);
  }
  Component({ selector: "test-host", template: "{{ text() }}" })(Host);
  const fixture = TestBed.createComponent(Host);
  return { given: fixture.componentInstance.given, fixture };
}

/** A component's worth of inject functions over one room. */
function inRoom<T>(
  use: (room: ReturnType<typeof injectChannel<Room>>) => T,
  server = new Server(),
): { server: Server; client: ChatClient; roomId: WritableSignal<string>; given: T; fixture: ComponentFixture<object> } {
  const client = server.client();
  const roomId = signal("general");
  return { server, client, roomId, ...mount(() => use(injectChannel(() => client.room({ roomId: roomId() })))) };
}

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

test("injectEvents keeps the newest, in order, and begins anew in another room", async () => {
  const { server, roomId, given } = inRoom((room) => ({
    two: injectEvents(room, "posted", { keep: 2 }),
    all: injectEvents(room, "posted"),
  }));
  await settle();
  for (let number = 1; number <= 120; number++) server.post(String(number));
  expect(given.two().map(({ body }) => body)).toEqual(["119", "120"]);
  expect(given.all()).toHaveLength(100);
  const before = given.two();
  server.post("not for this list", "rooms/general", "typing");
  expect(given.two()).toBe(before);
  roomId.set("random");
  await settle();
  expect(given.two()).toEqual([]);
  server.post("there", "rooms/random");
  expect(given.two()).toEqual([{ body: "there" }]);
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
    expect([given.pending(), given.error(), given.reply()]).toEqual([false, null, { body: "said" }]);
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
    expect([given.pending(), given.reply()]).toEqual([true, undefined]);
    server.answer("second", { reply: { body: "to the second" } });
    await settle();
    expect([given.pending(), given.reply()]).toEqual([false, { body: "to the second" }]);
    roomId.set("random");
    expect(given.reply()).toBeUndefined();
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

test("a provided client is handed out, and a missing one is named", () => {
  const token = createClientToken<ChatClient>("ChatClient");
  const client = new Server().client();
  expect(() => TestBed.runInInjectionContext(() => injectClient(token))).toThrow("ChatClient");
  TestBed.resetTestingModule().configureTestingModule({
    providers: [changeDetection(), provideClient(token, client)],
  });
  expect(TestBed.runInInjectionContext(() => injectClient(token))).toBe(client);
});
