/** Connecting, losing the connection, coming back. */
import { describe, expect, it, vi } from "vitest";

import { Bench } from "./room.js";

const CALM = { stalled: false, attempt: 0, nextAttemptAt: null, reason: null };

describe("a client", () => {
  it("does nothing until somebody wants something", () => {
    const bench = new Bench();
    bench.room.on("posted", () => undefined);
    bench.client.connection.subscribe(() => undefined);
    expect(bench.network.connections).toEqual([]);
    expect(bench.clock.waiting).toBe(0);
    expect(bench.client.connection.getSnapshot()).toEqual({ ...CALM, status: "idle" });
  });

  it("greets first, with what it speaks", () => {
    const bench = new Bench({ client: "me" });
    bench.client.connect();
    bench.client.connect();
    expect(bench.network.connections).toHaveLength(1);
    expect(bench.connection.url).toBe("ws://test");
    expect(bench.connection.protocols).toEqual(["rtgen.v1.json", "rtgen"]);
    bench.connection.accept();
    const identity = { contract: "chat", version: "1.0.0", hash: "0123456789abcdef", client: "me", capabilities: [] };
    expect(bench.connection.sent).toEqual([["$hello", identity]]);
    expect(bench.client.connection.getSnapshot().status).toBe("connecting");
    bench.welcome();
    expect(bench.client.connection.getSnapshot()).toEqual({ ...CALM, status: "ready" });
    expect(bench.client.session).toBe("me");
  });

  it("keeps its name across its connections, and shares it with no other", () => {
    const name = (bench: Bench): unknown => (bench.connection.framesOf("$hello")[0]?.[1] as { client: string }).client;
    let seed = 0;
    const random = (): number => (seed = (seed * 0.7 + 0.123456789) % 1);
    const one = new Bench({ random });
    const two = new Bench({ random });
    one.joined();
    two.joined();
    const before = name(one);
    one.reconnect();
    expect(name(one)).toBe(before);
    expect(name(two)).not.toBe(before);
    expect(before).toMatch(/^[0-9a-f]{32}$/);
  });

  it("answers a ping with its tick, at once", () => {
    const bench = new Bench();
    bench.joined();
    bench.connection.send(["$ping", 17]);
    expect(bench.sent.at(-1)).toEqual(["$pong", 17]);
  });

  it("gives up a connection that went silent, and comes back", () => {
    const bench = new Bench();
    bench.joined();
    bench.clock.advance(34_999);
    bench.connection.send(["$ping", 1]);
    bench.clock.advance(34_999);
    const silent = bench.connection;
    expect(silent.closedWith).toBeNull();
    bench.clock.advance(1);
    expect(silent.closedWith).toBe(4001);
    expect(bench.client.connection.getSnapshot()).toMatchObject({ status: "reconnecting", attempt: 0 });
    bench.clock.advance(500);
    expect(bench.network.connections).toHaveLength(2);
    // A late word of the one that was given up changes nothing.
    silent.send(["$welcome", { session: "old", heartbeat: { every: 1, slack: 1 } }]);
    silent.drop();
    expect(bench.client.session).toBe("me");
    expect(bench.client.connection.getSnapshot().status).toBe("reconnecting");
  });

  it("gives up an attempt that nobody answers", () => {
    const bench = new Bench();
    bench.client.connect();
    bench.clock.advance(10_000);
    expect(bench.connection.closedWith).toBe(4001);
    expect(bench.client.connection.getSnapshot()).toMatchObject({
      status: "reconnecting",
      attempt: 1,
      reason: { code: 0, message: "no answer to the greeting in time" },
    });
  });

  it("waits a random part of a window that doubles, up to twenty seconds", () => {
    const bench = new Bench({ random: () => 0.999 });
    bench.client.connect();
    const waits = Array.from({ length: 8 }, () => {
      bench.connection.drop();
      return bench.untilNext();
    });
    expect(waits).toEqual([999, 1998, 3996, 7992, 15984, 19980, 19980, 19980]);
    expect(bench.client.connection.getSnapshot()).toMatchObject({ status: "reconnecting", attempt: 8 });
  });

  it("forgets its failures only after ten stable seconds", () => {
    const bench = new Bench();
    bench.client.connect();
    bench.reconnect();
    bench.clock.advance(9_999);
    bench.connection.drop();
    expect(bench.client.connection.getSnapshot().attempt).toBe(2);
    bench.untilNext();
    bench.welcome();
    bench.clock.advance(10_000);
    bench.connection.drop();
    expect(bench.client.connection.getSnapshot()).toMatchObject({ attempt: 0, status: "reconnecting" });
  });

  it("stops for good where the code says so, and says why", () => {
    const bench = new Bench();
    bench.room.retain();
    bench.connection.accept();
    bench.connection.send(["$error", 0, { code: "wrong_version", message: "1.x is not served here" }]);
    bench.connection.drop(4403);
    const reason = { code: 4403, message: "1.x is not served here (wrong_version)" };
    expect(bench.client.connection.getSnapshot()).toEqual({ ...CALM, status: "closed", reason });
    expect(bench.room.state.getSnapshot()).toMatchObject({ status: "failed", error: { code: "closed" } });
    expect(bench.clock.waiting).toBe(0);
  });

  it("that was replaced stops: two would chase each other for ever", () => {
    const bench = new Bench();
    bench.joined();
    bench.connection.drop(4010, "a newer connection of this client took over");
    expect(bench.client.connection.getSnapshot().status).toBe("closed");
  });

  it("that was closed says so, closes its socket and needs connect() to start over", async () => {
    const bench = new Bench();
    bench.joined();
    const shown: string[] = [];
    bench.room.state.subscribe(() => shown.push(bench.room.state.getSnapshot().status));
    bench.client.close();
    bench.client.close();
    expect(shown).toEqual(["failed"]);
    expect(bench.connection.closedWith).toBe(1000);
    expect(bench.client.connection.getSnapshot()).toEqual({ ...CALM, status: "closed" });
    expect(bench.room.state.getSnapshot().status).toBe("failed");
    const release = bench.room.retain();
    expect(bench.network.connections).toHaveLength(1);
    await expect(bench.room.joined()).rejects.toMatchObject({ name: "ClosedError" });
    bench.client.connect();
    bench.welcome();
    bench.letIn();
    expect(bench.room.state.getSnapshot().status).toBe("joined");
    release();
  });

  it("takes a URL that the platform refuses for a failed attempt", () => {
    const bench = new Bench({
      socket: () => {
        throw new SyntaxError("no such URL");
      },
    });
    bench.client.connect();
    expect(bench.client.connection.getSnapshot()).toMatchObject({
      status: "reconnecting",
      reason: { message: "SyntaxError: no such URL" },
    });
  });

  it("tells its listeners of changes only, and keeps the snapshot while nothing changed", () => {
    const bench = new Bench();
    const changes: string[] = [];
    bench.client.connection.subscribe(() => changes.push(bench.client.connection.getSnapshot().status));
    bench.joined();
    const snapshot = bench.client.connection.getSnapshot();
    bench.post(1);
    bench.connection.send(["$ping", 1]);
    expect(bench.client.connection.getSnapshot()).toBe(snapshot);
    bench.connection.drop();
    expect(changes).toEqual(["connecting", "ready", "reconnecting"]);
  });

  it("survives a listener that closes it in the middle of a change", () => {
    const bench = new Bench();
    bench.client.connection.subscribe(() => {
      if (bench.client.connection.getSnapshot().status === "reconnecting") bench.client.close();
    });
    bench.joined();
    bench.connection.drop();
    expect(bench.client.connection.getSnapshot().status).toBe("closed");
    bench.clock.advance(60_000);
    expect(bench.network.connections).toHaveLength(1);
  });

  it("lets a throwing listener stop nobody", () => {
    const failed = vi.fn();
    const bench = new Bench({ onListenerError: failed });
    const second = vi.fn();
    bench.room.on("posted", () => {
      throw new Error("mine");
    });
    bench.room.on("posted", second);
    bench.joined();
    bench.post(1);
    bench.post(2);
    expect(second).toHaveBeenCalledTimes(2);
    expect(failed).toHaveBeenCalledTimes(2);
  });
});

describe("a server that drains", () => {
  it("has what moves without a gap loaded, where it was not handed in", async () => {
    const bench = new Bench({ moving: undefined as never });
    bench.joined();
    const old = bench.connection;
    const shown: string[] = [];
    bench.client.connection.subscribe(() => shown.push(bench.client.connection.getSnapshot().status));
    old.send(["$drain", { within: 0 }]);
    await vi.waitFor(() => {
      bench.clock.advance(1);
      expect(bench.network.connections).toHaveLength(2);
    });
    bench.welcome();
    expect(old.closedWith).toBeNull();
    bench.letIn({ recovered: true });
    expect(old.closedWith).toBe(1000);
    expect(shown).toEqual([]);
  });

  it("and is gone before that is loaded is left as any other", async () => {
    const bench = new Bench({ moving: undefined as never });
    bench.joined();
    bench.connection.send(["$drain", { within: 0 }]);
    bench.reconnect(4000);
    bench.letIn({ recovered: true });
    await import("../../../templates/typescript/runtime/moving.js");
    bench.clock.advance(1_000);
    expect(bench.network.connections).toHaveLength(2);
  });
});
