/** Laws of the whole client in virtual time: whatever happens, it is never stuck, never twice connected, never owes an answer. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type Page, type PageEvent } from "../../../templates/typescript/runtime/index.js";
import { Client, defineChannel, offlineQueue } from "../../../templates/typescript/runtime/codegen-v1.js";
import { makeBeforeBreak } from "../../../templates/typescript/runtime/moving.js";
import { ManualClock, type MemoryConnection, MemoryNetwork } from "../../../templates/typescript/runtime/testing.js";
import { type Room, type RoomParams, checkBody, room } from "./room.js";

const patient = defineChannel<Room, RoomParams>({
  ...room,
  requests: {
    send: { check: checkBody, reply: checkBody, errors: {}, timeoutMs: 10_000, idempotent: true, offline: "queue" },
  },
  notices: { seen: { check: checkBody, offline: "queue" } },
  relays: { typing: { check: checkBody, offline: "drop" } },
  queue: offlineQueue,
});

type Action =
  | { readonly kind: "wait" | "sleep"; readonly ms: number }
  | { readonly kind: "drop"; readonly code: number; readonly which: number }
  | { readonly kind: "page"; readonly event: PageEvent }
  | { readonly kind: "drain"; readonly within: number }
  | {
      readonly kind:
        "connect" | "close" | "retain" | "release" | "request" | "accept" | "welcome" | "answer" | "left" | "resync";
    };

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom<Action>(
      ...(["connect", "retain", "release", "request", "accept", "welcome", "answer", "left", "resync"] as const).map(
        (kind) => ({ kind }),
      ),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Action>({ kind: "close" }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("wait" as const, "sleep" as const), ms: fc.nat(40_000) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("drop" as const),
      code: fc.constantFrom(1006, 1001, 4000, 4010, 4100, 4201, 4300),
      which: fc.nat(3),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("drain" as const), within: fc.nat(10) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("page" as const),
      event: fc.constantFrom<PageEvent>("online", "offline", "hidden", "visible", "away", "back", "resumed"),
    }),
  },
);

/** A client, and a world that does to it what a list of actions says. */
class World {
  readonly clock = new ManualClock();
  readonly network = new MemoryNetwork();
  readonly failures: unknown[] = [];
  readonly #watchers = new Set<(event: PageEvent) => void>();
  #hidden = false;
  readonly #page: Page = {
    isHidden: () => this.#hidden,
    watch: (tell) => {
      this.#watchers.add(tell);
      return () => this.#watchers.delete(tell);
    },
  };
  readonly client: Client;
  readonly room: Room;
  readonly #releases: (() => void)[] = [];
  readonly #gone = new Set<MemoryConnection>();
  asked = 0;
  settled = 0;

  constructor(random: () => number) {
    this.client = new Client(
      { name: "chat", version: "1.0.0", hash: "0" },
      {
        url: "ws://test",
        socket: this.network.socket,
        clock: this.clock,
        page: this.#page,
        moving: makeBeforeBreak,
        random,
        token: () => Promise.resolve("token"),
        onListenerError: (error) => this.failures.push(error),
      },
    );
    this.room = this.client.channel(patient, { roomId: "general" });
  }

  /** Connections that neither end has ended. */
  get open(): MemoryConnection[] {
    return this.network.connections.filter((each) => each.closedWith === null && !this.#gone.has(each));
  }

  async happen(action: Action): Promise<void> {
    this.#happen(action);
    for (let turn = 0; turn < 12; turn++) await Promise.resolve();
  }

  /** Everything is as good as it can be: whoever connects is welcomed, and whoever joins is let in. */
  async heal(): Promise<void> {
    await this.happen({ kind: "page", event: "visible" });
    for (let round = 0; round < 60; round++) {
      await this.happen({ kind: "wait", ms: 1_000 });
      for (const kind of ["accept", "welcome", "answer"] as const) await this.happen({ kind });
    }
  }

  #happen(action: Action): void {
    const connection = this.open.at(-1);
    switch (action.kind) {
      case "wait":
        this.clock.advance(action.ms);
        break;
      case "sleep":
        this.clock.sleep(action.ms);
        break;
      case "connect":
      case "close":
        this.client[action.kind]();
        break;
      case "retain":
        this.#releases.push(this.room.retain());
        break;
      case "release":
        this.#releases.pop()?.();
        break;
      case "request":
        this.#request();
        break;
      case "page":
        if (action.event === "hidden" || action.event === "visible") this.#hidden = action.event === "hidden";
        for (const watcher of [...this.#watchers]) watcher(action.event);
        break;
      case "drop":
        this.#drop(this.open[action.which % Math.max(1, this.open.length)], action.code);
        break;
      case "accept":
        if (connection?.sent.length === 0) connection.accept();
        break;
      default:
        if (connection !== undefined) this.#say(connection, action);
    }
  }

  #request(): void {
    this.asked++;
    const settle = (): void => {
      this.settled++;
    };
    this.room.send({ body: "x" }).then(settle, settle);
  }

  #drop(connection: MemoryConnection | undefined, code: number): void {
    if (connection === undefined) return;
    this.#gone.add(connection);
    connection.drop(code);
  }

  #say(connection: MemoryConnection, action: Action): void {
    const { address } = this.room;
    const join = connection.framesOf("$join").at(-1)?.[1];
    if (action.kind === "welcome" && connection.sent.length > 0) {
      const auth = { ttl: 60 };
      connection.send(["$welcome", { session: "s.1", version: "1.0.0", auth, heartbeat: { every: 25, slack: 10 } }]);
    }
    if (action.kind === "drain") connection.send(["$drain", { within: action.within }]);
    if (action.kind === "left" && join !== undefined) {
      connection.send(["$left", join, address, { code: "x", again: "backoff" }]);
    }
    if (action.kind === "resync") connection.send(["$resync", address, { epoch: "e", after: 1, reason: "x" }]);
    if (action.kind === "answer") this.#answer(connection, join);
  }

  #answer(connection: MemoryConnection, join: unknown): void {
    if (join !== undefined) {
      const info = { epoch: "e", offset: 0, recovered: true, replay: 0 };
      connection.send(["$joined", join, this.room.address, info]);
    }
    for (const [, ref] of connection.framesOf("room.send")) connection.send(["$reply", ref, { body: "y" }]);
    for (const [, ref] of connection.framesOf("$auth")) connection.send(["$reply", ref, { ttl: 60 }]);
    for (const [, tick] of connection.framesOf("$ping")) connection.send(["$pong", tick]);
  }
}

const actions = fc.array(action, { maxLength: 40 });
const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("whatever happens to a client", () => {
  it("it has one connection, two while it moves, and none when it is closed", async () => {
    await fc.assert(
      fc.asyncProperty(actions, unit, async (list, random) => {
        const world = new World(() => random);
        for (const each of list) {
          await world.happen(each);
          expect(world.open.length).toBeLessThanOrEqual(3);
        }
        world.client.close();
        expect(world.open).toEqual([]);
        expect(world.failures).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it("no promise is left after it is closed, and no timer", async () => {
    await fc.assert(
      fc.asyncProperty(actions, unit, async (list, random) => {
        const world = new World(() => random);
        for (const each of list) await world.happen(each);
        await world.happen({ kind: "close" });
        expect(world.settled).toBe(world.asked);
        world.clock.advance(60_000);
        await world.happen({ kind: "wait", ms: 0 });
        expect(world.clock.waiting).toBe(0);
        expect(world.open).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it("it comes back when the world is well again: connected, joined, caught up, every request answered", async () => {
    await fc.assert(
      fc.asyncProperty(actions, unit, async (list, random) => {
        const world = new World(() => random);
        for (const each of list) await world.happen(each);
        world.client.connect();
        world.room.retain();
        await world.heal();
        expect(world.client.connection.getSnapshot().status).toBe("ready");
        expect(world.room.state.getSnapshot()).toMatchObject({ status: "joined", caughtUp: true });
        expect(world.settled).toBe(world.asked);
        expect(world.open).toHaveLength(1);
      }),
      { numRuns: 60 },
    );
  });
});
