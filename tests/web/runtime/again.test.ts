/** What is sent again, what waits, and what never leaves as somebody else. */
import { describe, expect, it, vi } from "vitest";

import { DisconnectedError } from "../../../templates/typescript/runtime/index.js";
import { defineChannel, offlineQueue } from "../../../templates/typescript/runtime/codegen-v1.js";
import { Bench, type Room, type RoomParams, checkBody, rejection, room } from "./room.js";

type Options = ConstructorParameters<typeof Bench>[0];

/** The room, in a contract that lets things wait, be dropped and be repeated. */
const patient = defineChannel<Room, RoomParams>({
  ...room,
  requests: {
    send: { check: checkBody, reply: checkBody, errors: {}, timeoutMs: 10_000, idempotent: true, offline: "queue" },
  },
  notices: { seen: { check: checkBody, offline: "queue" } },
  relays: { typing: { check: checkBody, offline: "drop" } },
  queue: offlineQueue,
});

function patientBench(options: Options = {}): Bench {
  const bench = new Bench(options);
  Object.assign(bench, { room: bench.client.channel(patient, { roomId: "patient" }) });
  return bench;
}

const PATIENT = "rooms/patient";

function letIn(bench: Bench, answer: object = {}): void {
  const ref = bench.connection.framesOf("$join").at(-1)?.[1];
  bench.connection.send(["$joined", ref, PATIENT, { epoch: "e", offset: 0, recovered: false, replay: 0, ...answer }]);
}

function welcomeAs(bench: Bench, session: string, more: object = {}): void {
  bench.connection.accept();
  bench.connection.send(["$welcome", { session, version: "1.0.0", heartbeat: { every: 25, slack: 10 }, ...more }]);
}

describe("a request that takes effect once", () => {
  it("is sent again with its ref, behind the join, and answered", async () => {
    const bench = patientBench();
    bench.room.retain();
    bench.welcome();
    letIn(bench);
    const one = bench.room.send({ body: "one" });
    const two = bench.room.send({ body: "two" });
    const refs = bench.connection.framesOf("room.send").map((frame) => frame[1]);
    bench.reconnect();
    expect(bench.sent.map(([tag, ref]) => [tag, tag === "$join" ? 0 : ref])).toEqual([
      ["$join", 0],
      ["room.send", refs[0]],
      ["room.send", refs[1]],
    ]);
    letIn(bench, { recovered: true });
    bench.connection.send(["$reply", refs[0], { body: "1" }]);
    bench.connection.send(["$reply", refs[1], { body: "2" }]);
    expect(await Promise.all([one, two])).toEqual([{ body: "1" }, { body: "2" }]);
  });

  it("is not sent again once it has timed out or been given up", async () => {
    const bench = patientBench();
    bench.room.retain();
    bench.welcome();
    letIn(bench);
    const controller = new AbortController();
    const given = rejection(bench.room.send({ body: "x" }, { signal: controller.signal }));
    const late = rejection(bench.room.send({ body: "y" }, { timeoutMs: 100 }));
    bench.connection.drop();
    controller.abort();
    bench.clock.advance(100);
    await Promise.all([given, late]);
    bench.untilNext();
    bench.welcome();
    expect(bench.connection.framesOf("room.send")).toEqual([]);
  });

  it("is not sent as somebody else", async () => {
    const bench = patientBench();
    bench.room.retain();
    welcomeAs(bench, "ada.1");
    letIn(bench);
    const outcome = rejection(bench.room.send({ body: "x" }));
    bench.connection.drop();
    bench.untilNext();
    welcomeAs(bench, "bob.1");
    expect(await outcome).toMatchObject({ name: "DisconnectedError", sent: true });
    expect(bench.connection.framesOf("room.send")).toEqual([]);
  });
});

describe("any request", () => {
  it("that never arrived is sent again; one that did is unknown", async () => {
    const bench = new Bench();
    bench.joined();
    const one = rejection(bench.room.send({ body: "one" }));
    const two = bench.room.send({ body: "two" });
    const [first, second] = bench.connection.framesOf("room.send").map((frame) => frame[1]);
    bench.connection.drop();
    bench.untilNext();
    welcomeAs(bench, "me", { lastRef: first });
    expect(await one).toMatchObject({ sent: true });
    expect(bench.connection.framesOf("room.send").map((frame) => frame[1])).toEqual([second]);
    bench.connection.send(["$reply", second, { body: "2" }]);
    expect(await two).toEqual({ body: "2" });
  });

  it("never takes a ref that the server has had from this client", () => {
    const bench = new Bench({ client: "same as before" });
    bench.room.retain();
    welcomeAs(bench, "me", { lastRef: 70 });
    bench.letIn();
    void bench.room.send({ body: "x" }, { timeoutMs: 1e9 });
    expect(bench.connection.framesOf("room.send")[0]?.[1]).toBe(71);
  });
});

describe("G7: the offline queue", () => {
  it("sends what waited once the channel is joined, before what is sent then", () => {
    const bench = patientBench();
    const queued = vi.fn();
    void bench.room.send({ body: "one" }, { timeoutMs: 1e9, onQueued: queued });
    expect(bench.room.seen({ body: "two" })).toBe("queued");
    expect(bench.room.typing({ body: "three" })).toBe("dropped");
    bench.room.joined().then(
      () => bench.room.seen({ body: "new" }),
      () => undefined,
    );
    expect(queued).toHaveBeenCalledOnce();
    bench.room.retain();
    bench.room.state.subscribe(() => {
      if (bench.room.state.getSnapshot().status === "joined") bench.room.seen({ body: "at once" });
    });
    bench.welcome();
    letIn(bench);
    expect(bench.sent.map(([tag, , , payload]) => [tag, payload])).toEqual([
      ["$join", {}],
      ["room.send", { body: "one" }],
      ["room.seen", { body: "two" }],
      ["room.seen", { body: "at once" }],
    ]);
    expect(bench.room.seen({ body: "now" })).toBe("sent");
  });

  it("that is full refuses, by count and by bytes", async () => {
    const bench = patientBench({ queue: { count: 2, bytes: 200 } });
    bench.room.seen({ body: "1" });
    expect(() => bench.room.seen({ body: "x".repeat(200) })).toThrow(DisconnectedError);
    bench.room.seen({ body: "2" });
    expect(await rejection(bench.room.send({ body: "3" }))).toMatchObject({ sent: false });
  });

  it("forgets what is too old, and says so", () => {
    const dropped = vi.fn();
    const bench = patientBench({ queue: { ttlMs: 1_000 }, onDropped: dropped });
    bench.room.seen({ body: "old" });
    bench.clock.advance(1_000);
    bench.room.retain();
    bench.welcome();
    letIn(bench);
    expect(bench.connection.framesOf("room.seen")).toEqual([]);
    expect(dropped.mock.calls[0]?.[0]).toMatchObject({ name: "DisconnectedError", sent: false });
  });

  it("is never sent as another user", () => {
    const dropped = vi.fn();
    const bench = patientBench({ onDropped: dropped });
    bench.room.retain();
    welcomeAs(bench, "ada.1");
    letIn(bench);
    bench.connection.drop();
    bench.room.seen({ body: "by Ada" });
    bench.untilNext();
    welcomeAs(bench, "bob.1");
    letIn(bench);
    expect(bench.connection.framesOf("room.seen")).toEqual([]);
    expect(dropped).toHaveBeenCalledOnce();
  });

  it("is emptied when the client is closed, or the channel is left", async () => {
    const dropped = vi.fn();
    const bench = patientBench({ onDropped: dropped });
    const waiting = rejection(bench.room.send({ body: "x" }));
    bench.room.seen({ body: "x" });
    bench.client.close();
    expect(await waiting).toMatchObject({ name: "ClosedError" });
    expect(dropped).toHaveBeenCalledOnce();
    const other = patientBench({ onDropped: dropped });
    const release = other.room.retain();
    other.room.seen({ body: "x" });
    release();
    other.clock.advance(200);
    expect(dropped).toHaveBeenCalledTimes(2);
  });
});
