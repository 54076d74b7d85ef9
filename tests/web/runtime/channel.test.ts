/** Joining, leaving, coming back: a channel's life under one client. */
import { describe, expect, it, vi } from "vitest";

import { InvalidPayloadError, JoinRefusedError } from "../../../templates/typescript/runtime/index.js";
import { ADDRESS, Bench, rejection, room } from "./room.js";

const LINGER = 200;

describe("holding a channel", () => {
  it("gives the same handle for the same address", () => {
    const bench = new Bench();
    expect(bench.client.channel(room, { roomId: "general" })).toBe(bench.room);
    expect(bench.client.channel(room, { roomId: "other" })).not.toBe(bench.room);
    expect(bench.client.channel(room, { roomId: "a/b c!" }).address).toBe("rooms/a%2Fb%20c%21");
  });

  it("joins with the first holder and leaves some time after the last", () => {
    const bench = new Bench();
    const one = bench.joined();
    const two = bench.room.retain();
    one();
    one();
    bench.clock.advance(LINGER);
    expect(bench.room.state.getSnapshot().status).toBe("joined");
    two();
    bench.clock.advance(LINGER - 1);
    expect(bench.connection.framesOf("$leave")).toEqual([]);
    bench.clock.advance(1);
    expect(bench.connection.framesOf("$leave")).toEqual([["$leave", expect.any(Number), ADDRESS]]);
    expect(bench.room.state.getSnapshot()).toEqual({
      status: "detached",
      recovered: null,
      caughtUp: false,
      error: null,
    });
    expect(bench.connection.framesOf("$join")).toHaveLength(1);
  });

  it("survives mounting twice, as strict mode does it", () => {
    const bench = new Bench();
    const first = bench.room.retain();
    first();
    bench.room.retain();
    bench.welcome();
    bench.letIn();
    bench.clock.advance(10 * LINGER);
    expect(bench.sent.map(([tag]) => tag)).toEqual(["$join"]);
  });

  it("leaves while the join is still pending, and ignores its answer", () => {
    const bench = new Bench();
    const release = bench.room.retain();
    bench.welcome();
    release();
    bench.clock.advance(LINGER);
    expect(bench.sent.map(([tag]) => tag)).toEqual(["$join", "$leave"]);
    bench.letIn();
    expect(bench.room.state.getSnapshot().status).toBe("detached");
  });

  it("joins again under a new generation; the old one's answers and events are nobody's", () => {
    const bench = new Bench();
    const heard = vi.fn();
    bench.room.on("posted", heard);
    const release = bench.room.retain();
    bench.welcome();
    const old = bench.sent[0]?.[1];
    release();
    bench.clock.advance(LINGER);
    bench.room.retain();
    const refs = bench.connection.framesOf("$join").map((frame) => frame[1]);
    expect(refs[1]).not.toBe(refs[0]);
    bench.connection.send(["$joined", old, ADDRESS, { epoch: "e", offset: 0, recovered: false, replay: 0 }]);
    bench.post(1);
    bench.connection.send(["$left", old, ADDRESS, { code: "kicked", again: "never" }]);
    bench.connection.send(["$error", old, { code: "left", message: "", retryable: true }]);
    expect(heard).not.toHaveBeenCalled();
    expect(bench.room.state.getSnapshot().status).toBe("joining");
    bench.letIn();
    bench.post(1);
    expect(heard).toHaveBeenCalledOnce();
  });

  it("tells who waits for it: joined, refused, given up, never held", async () => {
    const bench = new Bench();
    await expect(bench.room.joined()).rejects.toMatchObject({ code: "closed" });
    const release = bench.room.retain();
    const waiting = bench.room.joined();
    bench.welcome();
    bench.letIn();
    await waiting;
    await bench.room.joined();
    release();
    bench.clock.advance(LINGER);
    bench.room.retain()();
    const abandoned = rejection(bench.room.joined());
    bench.clock.advance(LINGER);
    expect(await abandoned).toMatchObject({ code: "closed" });
  });

  it("stops listening when told, even in the middle of a delivery", () => {
    const bench = new Bench();
    const second = vi.fn();
    bench.room.on("posted", () => {
      off();
    });
    const off = bench.room.on("posted", second);
    bench.joined();
    bench.post(1);
    expect(second).not.toHaveBeenCalled();
  });
});

describe("a channel that can't be joined", () => {
  it("because its parameters break the contract is never asked for", async () => {
    const bench = new Bench();
    const bad = bench.client.channel(room, { roomId: "NO" });
    bad.retain();
    expect(bad.state.getSnapshot()).toMatchObject({ status: "failed", recovered: null });
    await expect(bad.joined()).rejects.toBeInstanceOf(InvalidPayloadError);
    expect(bench.network.connections).toEqual([]);
  });

  it("because the server refuses says why, and is asked for again only when somebody wants it anew", async () => {
    const bench = new Bench();
    bench.room.retain();
    const waiting = rejection(bench.room.joined());
    const ref = bench.welcome().framesOf("$join")[0]?.[1];
    bench.connection.send(["$error", ref, { code: "refused", message: "members only", retryable: false }]);
    expect(await waiting).toBeInstanceOf(JoinRefusedError);
    expect(bench.room.state.getSnapshot()).toMatchObject({ status: "failed", error: { reason: "refused" } });
    bench.reconnect();
    expect(bench.sent).toEqual([]);
    bench.room.retain();
    expect(bench.sent.map(([tag]) => tag)).toEqual(["$join"]);
  });

  it("for the moment is tried again, after the time the server asks for", () => {
    const bench = new Bench();
    bench.room.retain();
    const ref = bench.welcome().framesOf("$join")[0]?.[1];
    bench.connection.send(["$error", ref, { code: "overloaded", message: "", retryable: true, retryAfter: 30 }]);
    expect(bench.room.state.getSnapshot()).toMatchObject({ status: "joining", error: { reason: "overloaded" } });
    bench.clock.advance(29_999);
    bench.connection.send(["$ping", 1]);
    expect(bench.connection.framesOf("$join")).toHaveLength(1);
    bench.clock.advance(1);
    expect(bench.connection.framesOf("$join")).toHaveLength(2);
    bench.letIn();
    expect(bench.room.state.getSnapshot()).toEqual({ status: "joined", recovered: null, caughtUp: true, error: null });
  });
});

describe("coming back", () => {
  it("rejoins from where it was, hears what it missed once, and then what is new", () => {
    const bench = new Bench();
    const heard: number[] = [];
    const resync = vi.fn();
    bench.room.on("posted", (_, { offset }) => heard.push(offset));
    bench.room.onResync(resync);
    bench.joined({ offset: 4 });
    bench.post(5);
    bench.reconnect();
    expect(bench.sent).toEqual([["$join", expect.any(Number), ADDRESS, { since: ["e", 5] }]]);
    expect(bench.room.state.getSnapshot().status).toBe("joining");
    bench.letIn({ offset: 8, recovered: true, replay: 3 });
    expect(bench.room.state.getSnapshot()).toEqual({ status: "joined", recovered: true, caughtUp: false, error: null });
    for (const offset of [5, 6, 7, 7, 8, 8, 9]) bench.post(offset);
    expect(heard).toEqual([5, 6, 7, 8, 9]);
    expect(resync).not.toHaveBeenCalled();
  });

  it("lost again in the middle of the replay, goes on where it had got to", () => {
    const bench = new Bench();
    bench.joined({ offset: 5 });
    bench.reconnect();
    bench.letIn({ offset: 9, recovered: true, replay: 4 });
    bench.post(6);
    bench.post(7);
    bench.reconnect();
    expect(bench.sent.at(-1)?.[3]).toEqual({ since: ["e", 7] });
  });

  it("adopts the position that the server returns after the replay", () => {
    const bench = new Bench();
    bench.joined({ offset: 5 });
    bench.reconnect();
    // The last two were not for everybody's ears in an older life of the server; what counts is what it says.
    bench.letIn({ epoch: "e2", offset: 9, recovered: true, replay: 1 });
    bench.post(7);
    bench.reconnect();
    expect(bench.sent.at(-1)?.[3]).toEqual({ since: ["e2", 9] });
  });

  it.each(["epoch_changed", "too_old", "too_many"])("without what it missed (%s) calls onResync", (reason) => {
    const bench = new Bench();
    const heard: string[] = [];
    bench.room.onResync((why) => heard.push(why));
    bench.room.on("posted", (_, { offset }) => heard.push(String(offset)));
    bench.joined({ offset: 5 });
    bench.reconnect();
    bench.letIn({ epoch: "new", offset: 2, recovered: false, reason });
    bench.post(3);
    expect(heard).toEqual([reason, "3"]);
    expect(bench.room.state.getSnapshot()).toMatchObject({ status: "joined", recovered: false });
  });

  it("by code 43xx rejoins without a position, and that is a loss", () => {
    const bench = new Bench();
    const resync = vi.fn();
    bench.room.onResync(resync);
    bench.joined({ offset: 5 });
    bench.reconnect(4300);
    expect(bench.sent.at(-1)?.[3]).toEqual({});
    bench.letIn({ offset: 7 });
    expect(resync).toHaveBeenCalledExactlyOnceWith("invalidated");
  });

  it("the first join is no loss, with or without a history", () => {
    const bench = new Bench();
    const resync = vi.fn();
    bench.room.onResync(resync);
    bench.joined({ offset: 12, recovered: false });
    expect(resync).not.toHaveBeenCalled();
    expect(bench.room.state.getSnapshot().recovered).toBeNull();
  });

  it("joins first, sends after", async () => {
    const bench = new Bench();
    bench.joined();
    bench.reconnect();
    expect(await rejection(bench.room.send({ body: "too early" }))).toMatchObject({ sent: false });
    bench.letIn({ recovered: true });
    void bench.room.send({ body: "now" }, { timeoutMs: 1e9 });
    expect(bench.sent.map(([tag]) => tag)).toEqual(["$join", "room.send"]);
  });
});

describe("put out by the server", () => {
  it.each([
    ["never", "failed"],
    ["token", "failed"],
    ["now", "joining"],
    ["backoff", "joining"],
    ["fresh", "joining"],
    ["tomorrow", "joining"],
  ])("with `again: %s` it is %s", (again, status) => {
    const bench = new Bench();
    bench.joined({ offset: 3 });
    const ref = bench.connection.framesOf("$join")[0]?.[1];
    bench.connection.send(["$left", ref, ADDRESS, { code: "kicked", again }]);
    expect(bench.room.state.getSnapshot()).toMatchObject({
      status,
      error: { reason: again === "token" ? "unauthorized" : "kicked" },
    });
    bench.clock.advance(9_999);
    const joins = bench.connection.framesOf("$join");
    expect(joins).toHaveLength(status === "failed" ? 1 : 2);
    if (status === "joining") expect(joins[1]?.[3]).toEqual(again === "fresh" ? {} : { since: ["e", 3] });
  });

  it("hears nothing between $resync and its rejoin", () => {
    const bench = new Bench();
    const heard = vi.fn();
    bench.room.on("posted", heard);
    bench.joined({ offset: 3 });
    bench.connection.send(["$resync", ADDRESS, { epoch: "e", after: 4, reason: "gap" }]);
    bench.post(9);
    expect(heard).not.toHaveBeenCalled();
    bench.clock.advance(1_999);
    expect(bench.connection.framesOf("$join")).toHaveLength(1);
    bench.clock.advance(1);
    expect(bench.connection.framesOf("$join")[1]?.[3]).toEqual({ since: ["e", 3] });
  });

  it("obeys a $left that follows a $resync", () => {
    const bench = new Bench();
    bench.joined();
    const ref = bench.connection.framesOf("$join")[0]?.[1];
    bench.connection.send(["$resync", ADDRESS, { epoch: "e", after: 4, reason: "gap" }]);
    bench.connection.send(["$left", ref, ADDRESS, { code: "kicked", again: "never" }]);
    expect(bench.room.state.getSnapshot().status).toBe("failed");
    expect(bench.clock.waiting).toBe(1);
  });
});
