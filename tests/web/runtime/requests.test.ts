/** One outcome for each request, whatever happens meanwhile. */
import { describe, expect, it, vi } from "vitest";

import {
  type AnyChannel,
  ClosedError,
  DisconnectedError,
  TimeoutError,
} from "../../../templates/typescript/runtime/index.js";
import { errorOf, isErrorOf } from "../../../templates/typescript/runtime/failures.js";
import { Bench, rejection } from "./room.js";

describe("a request", () => {
  it("is not sent before the channel is joined, and says so", async () => {
    const bench = new Bench();
    expect(await rejection(bench.room.send({ body: "x" }))).toMatchObject({ name: "DisconnectedError", sent: false });
    bench.room.retain();
    bench.welcome();
    expect(await rejection(bench.room.send({ body: "x" }))).toMatchObject({ sent: false });
    expect(() => {
      bench.room.seen({ body: "x" });
    }).toThrow(DisconnectedError);
    expect(bench.connection.framesOf("room.send")).toEqual([]);
  });

  it("in flight when the connection drops is rejected with the next welcome: its outcome is unknown", async () => {
    const bench = new Bench();
    bench.joined();
    const promise = bench.room.send({ body: "x" });
    bench.reconnect();
    expect(await rejection(promise)).toMatchObject({ name: "DisconnectedError", code: "disconnected", sent: true });
  });

  it("is not sent again after a reconnect", async () => {
    const bench = new Bench();
    bench.joined();
    const promise = bench.room.send({ body: "x" });
    bench.reconnect();
    bench.letIn({ recovered: true });
    expect(await rejection(promise)).toBeInstanceOf(DisconnectedError);
    expect(bench.sent.map(([tag]) => tag)).toEqual(["$join"]);
  });

  it("whose payload makes another one while it becomes JSON gets its own answer", async () => {
    const bench = new Bench();
    bench.joined();
    let inner: Promise<unknown> | undefined;
    const payload = {
      body: "",
      toJSON: () => {
        inner ??= bench.room.send({ body: "inner" });
        return { body: "outer" };
      },
    };
    const outer = bench.room.send(payload);
    for (const [, ref, , said] of bench.connection.framesOf("room.send")) bench.connection.send(["$reply", ref, said]);
    expect(await Promise.all([outer, inner])).toEqual([{ body: "outer" }, { body: "inner" }]);
  });

  it("times out, and ignores the answer that comes after", async () => {
    const bench = new Bench();
    bench.joined();
    const promise = bench.room.send({ body: "x" });
    const ref = bench.sent.at(-1)?.[1];
    const outcome = rejection(promise);
    bench.clock.advance(9_999);
    bench.connection.send(["$ping", 1]);
    bench.clock.advance(1);
    expect(await outcome).toBeInstanceOf(TimeoutError);
    bench.connection.send(["$reply", ref, { body: "late" }]);
    bench.connection.send(["$error", ref, { code: "muted", message: "" }]);
    expect(bench.client.ignoredFrames).toBe(0);
    expect(bench.room.state.getSnapshot().status).toBe("joined");
  });

  it("has the time that the call gives it", async () => {
    const bench = new Bench();
    bench.joined();
    const outcome = rejection(bench.room.send({ body: "x" }, { timeoutMs: 50 }));
    bench.clock.advance(50);
    expect(await outcome).toMatchObject({ code: "timeout" });
  });

  it("can be given up, before and after it was sent", async () => {
    const bench = new Bench();
    bench.joined();
    const before = bench.sent.length;
    expect(await rejection(bench.room.send({ body: "x" }, { signal: AbortSignal.abort() }))).toMatchObject({
      name: "AbortError",
    });
    expect(bench.sent).toHaveLength(before);

    const controller = new AbortController();
    const outcome = rejection(bench.room.send({ body: "x" }, { signal: controller.signal }));
    controller.abort(new Error("changed my mind"));
    expect(await outcome).toMatchObject({ message: "changed my mind" });
    bench.connection.send(["$reply", bench.sent.at(-1)?.[1], { body: "late" }]);
  });

  it("leaves nothing behind once it is answered", async () => {
    const bench = new Bench();
    bench.joined();
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, "removeEventListener");
    const waiting = bench.clock.waiting;
    const promise = bench.room.send({ body: "x" }, { signal });
    expect(bench.clock.waiting).toBe(waiting + 1);
    bench.connection.send(["$reply", bench.sent.at(-1)?.[1], { body: "y" }]);
    await promise;
    expect(bench.clock.waiting).toBe(waiting);
    expect(removed).toHaveBeenCalledOnce();
  });

  it("is rejected when the client is closed, and after that", async () => {
    const bench = new Bench();
    bench.joined();
    const promise = bench.room.send({ body: "x" });
    bench.client.close();
    expect(await rejection(promise)).toBeInstanceOf(ClosedError);
    expect(await rejection(bench.room.send({ body: "x" }))).toBeInstanceOf(ClosedError);
  });

  it("is rejected as unknown when the server ends the conversation", async () => {
    const bench = new Bench();
    bench.joined();
    const promise = bench.room.send({ body: "x" });
    bench.connection.drop(4405);
    expect(await rejection(promise)).toMatchObject({ name: "DisconnectedError", sent: true });
  });

  it("that the channel does not have is a mistake of the caller's", () => {
    const bench = new Bench();
    bench.joined();
    expect(() => (bench.room as AnyChannel).request("constructor", { body: "" })).toThrow(TypeError);
  });
});

describe("what was caught around a request", () => {
  it("is one of its errors, or a reason to give it up", async () => {
    const { room } = new Bench();
    const error = await rejection(room.send({ body: "x" }));
    expect(isErrorOf(room, "send", error)).toBe(true);
    expect(errorOf(room, "send", error)).toBe(error);
    const reason = new DOMException("no more", "AbortError");
    const abort = await rejection(room.send({ body: "x" }, { signal: AbortSignal.abort(reason) }));
    expect(isErrorOf(room, "send", abort)).toBe(false);
    expect(errorOf(room, "send", abort)).toMatchObject({
      code: "aborted",
      message: "no more [aborted]",
      cause: reason,
    });
    expect(errorOf(room, "send", "enough")).toMatchObject({ message: "enough [aborted]", cause: "enough" });
  });
});
