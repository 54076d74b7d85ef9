/** What goes out and what comes in: nothing that breaks the contract passes, in either direction. */
import { describe, expect, it, vi } from "vitest";

import { type InvalidEvent, InvalidPayloadError, RequestError } from "../../../templates/typescript/runtime/index.js";
import { ADDRESS, Bench, rejection } from "./room.js";

describe("an invalid message", () => {
  it("never leaves as a request", async () => {
    const bench = new Bench();
    bench.joined();
    const before = bench.sent.length;
    const error = await rejection(bench.room.send({ body: "" }));
    expect(error).toBeInstanceOf(InvalidPayloadError);
    expect((error as InvalidPayloadError).issues).toEqual([
      { pointer: "/body", code: "minLength", message: "must not be empty" },
    ]);
    expect((error as InvalidPayloadError).message).toBe("room.send: /body must not be empty [invalid]");
    expect(bench.sent).toHaveLength(before);
  });

  it("never leaves as a notice or a relay", () => {
    const bench = new Bench();
    bench.joined();
    const before = bench.sent.length;
    expect(() => {
      bench.room.seen({ body: "" });
    }).toThrow(InvalidPayloadError);
    expect(() => {
      bench.room.typing({ body: "" });
    }).toThrow(InvalidPayloadError);
    expect(bench.sent).toHaveLength(before);
  });

  it.each([
    ["what toJSON makes of it", { body: { toJSON: () => 5 } }],
    ["NaN, which JSON turns into null", { body: NaN }],
    ["a lone surrogate", { body: "\ud800" }],
    ["a bigint", { body: 10n }],
    ["a function", () => 1],
    ["a circle", circle()],
  ])("is judged as the JSON it would be: %s", async (_, payload) => {
    const bench = new Bench();
    bench.joined();
    const before = bench.sent.length;
    expect(await rejection(bench.room.send(payload as never))).toBeInstanceOf(InvalidPayloadError);
    expect(bench.sent).toHaveLength(before);
  });

  it("never reaches a listener, is reported, and moves the position", () => {
    const reported: InvalidEvent[] = [];
    const bench = new Bench({ onInvalid: (event) => reported.push(event) });
    const listener = vi.fn();
    bench.room.on("posted", listener);
    bench.joined();
    bench.post(1);
    bench.post(2, { body: "" });
    bench.post(3);
    expect(listener.mock.calls.map(([payload]) => payload as unknown)).toEqual([
      { body: "message 1" },
      { body: "message 3" },
    ]);
    expect(reported).toEqual([
      {
        tag: "room.posted",
        address: ADDRESS,
        issues: [{ pointer: "/body", code: "minLength", message: "must not be empty" }],
      },
    ]);
  });

  it("moves the position even as the last one heard", () => {
    const bench = new Bench();
    bench.joined();
    bench.post(1);
    bench.post(2, { body: "" });
    bench.reconnect();
    expect(bench.sent.at(-1)).toEqual(["$join", expect.anything(), ADDRESS, { since: ["e", 2] }]);
  });

  it("rejects a request when it is the reply", async () => {
    const onInvalid = vi.fn();
    const bench = new Bench({ onInvalid });
    bench.joined();
    const promise = bench.room.send({ body: "hello" });
    bench.connection.send(["$reply", bench.sent.at(-1)?.[1], { body: "" }]);
    expect(await rejection(promise)).toBeInstanceOf(InvalidPayloadError);
    expect(onInvalid).toHaveBeenCalledOnce();
  });

  it("passes where checks are switched off", async () => {
    const bench = new Bench({ validate: { incoming: false, outgoing: false } });
    bench.joined();
    const promise = bench.room.send({ body: "" });
    bench.connection.send(["$reply", bench.sent.at(-1)?.[1], 7]);
    expect(await promise).toBe(7);
  });
});

describe("a valid message", () => {
  it("travels as [tag, ref, address, payload], with ref 0 where no answer is wanted", () => {
    const bench = new Bench();
    bench.joined();
    bench.room.seen({ body: "x" });
    bench.room.typing({ body: "y" });
    expect(bench.sent.slice(-2)).toEqual([
      ["room.seen", 0, ADDRESS, { body: "x" }],
      ["room.typing", 0, ADDRESS, { body: "y" }],
    ]);
  });

  it("comes with its offset and, if relayed, its sender", () => {
    const bench = new Bench();
    const heard = vi.fn();
    bench.room.on("typing", heard);
    bench.room.on("bell", heard);
    bench.joined();
    bench.connection.send(["room.typing", 0, ADDRESS, { body: "z" }, { by: "other", later: 1 }, "surplus"]);
    bench.connection.send(["room.bell", 4, ADDRESS, null]);
    expect(heard.mock.calls).toEqual([
      [{ body: "z" }, { offset: 0, by: "other" }],
      [null, { offset: 4 }],
    ]);
  });

  it("resolves the request it answers, whatever the order", async () => {
    const bench = new Bench();
    bench.joined();
    const first = bench.room.send({ body: "one" });
    const second = bench.room.request("send", { body: "two" });
    const [one, two] = bench.sent.slice(-2).map((frame) => frame[1]);
    bench.connection.send(["$reply", two, { body: "answer two" }]);
    bench.connection.send(["$reply", one, { body: "answer one" }]);
    expect(await Promise.all([first, second])).toEqual([{ body: "answer one" }, { body: "answer two" }]);
  });
});

describe("an error answer", () => {
  it("rejects with its code and its checked data", async () => {
    const bench = new Bench();
    bench.joined();
    const promise = bench.room.send({ body: "hello" });
    const answer = { code: "muted", message: "be quiet", retryable: true, retryAfter: 3, data: "tomorrow" };
    bench.connection.send(["$error", bench.sent.at(-1)?.[1], answer]);
    const error = await rejection(promise);
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({ code: "muted", data: "tomorrow", retryable: true, retryAfter: 3 });
  });

  it("rejects as invalid when its data breaks the contract", async () => {
    const bench = new Bench();
    bench.joined();
    const promise = bench.room.send({ body: "hello" });
    bench.connection.send(["$error", bench.sent.at(-1)?.[1], { code: "muted", message: "", data: 5 }]);
    expect(await rejection(promise)).toBeInstanceOf(InvalidPayloadError);
  });

  it("may have a code of the protocol, or one named like a property of every object", async () => {
    const bench = new Bench();
    bench.joined();
    for (const code of ["internal", "constructor", "__proto__"]) {
      const promise = bench.room.send({ body: "hello" });
      bench.connection.send(["$error", bench.sent.at(-1)?.[1], { code, message: "sorry" }]);
      expect(await rejection(promise)).toMatchObject({ name: "RequestError", code, data: null });
    }
  });

  it("without a ref is told to onError", () => {
    const onError = vi.fn();
    const bench = new Bench({ onError });
    bench.joined();
    bench.connection.send(["$error", 0, { code: "invalid", message: "no", retryable: false, tag: "room.seen" }]);
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: "invalid" }));
  });
});

describe("what the client does not know", () => {
  it("is ignored, counted and told", () => {
    const unknown = vi.fn();
    const heard = vi.fn();
    const bench = new Bench({ onUnknown: unknown });
    bench.room.on("posted", heard);
    bench.joined();
    const { connection } = bench;
    connection.send(["$next", 1, {}]);
    connection.send(["room.unheardOf", 1, ADDRESS, {}]);
    connection.send(["room.constructor", 2, ADDRESS, {}]);
    connection.send(["lobby.posted", 3, ADDRESS, {}]);
    connection.sendText("not json");
    connection.send([["room.posted", 4, ADDRESS, { body: "batched" }]]);
    connection.send(["$welcome", null]);
    expect(unknown.mock.calls.map(([frame]) => frame as unknown)).toEqual([
      { kind: "protocol", tag: "$next" },
      { kind: "event", tag: "room.unheardOf" },
      { kind: "event", tag: "room.constructor" },
      { kind: "event", tag: "lobby.posted" },
      { kind: "malformed", tag: "" },
      { kind: "malformed", tag: "" },
      { kind: "malformed", tag: "" },
    ]);
    expect(bench.client.ignoredFrames).toBe(7);
    expect(heard).not.toHaveBeenCalled();
    bench.reconnect();
    expect(bench.sent.at(-1)?.[3]).toEqual({ since: ["e", 3] });
  });

  it("does not hurt when its listener throws", () => {
    const failed = vi.fn();
    const bench = new Bench({
      onListenerError: failed,
      onUnknown: () => {
        throw new Error("mine");
      },
    });
    bench.joined();
    bench.connection.send(["$next"]);
    expect(failed).toHaveBeenCalledOnce();
  });
});

function circle(): object {
  const value: Record<string, unknown> = {};
  value["body"] = value;
  return value;
}
