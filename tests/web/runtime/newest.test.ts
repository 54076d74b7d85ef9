/** Newest values: what a join brings, before everything that follows. */
import { describe, expect, it, vi } from "vitest";

import { ADDRESS, Bench } from "./room.js";

describe("newest values", () => {
  it("are told as events with every join, before what follows", () => {
    const bench = new Bench();
    const heard: string[] = [];
    bench.room.on("posted", ({ body }, { offset }) => heard.push(`${body} ${String(offset)}`));
    bench.joined({ state: [["room.posted", { body: "newest" }]] });
    bench.post(1);
    expect(heard).toEqual(["newest 0", "message 1 1"]);
    bench.reconnect();
    bench.letIn({ state: [["room.posted", { body: "newer" }]], recovered: true, offset: 1 });
    expect(heard).toEqual(["newest 0", "message 1 1", "newer 0"]);
  });

  it("move no position", () => {
    const bench = new Bench();
    bench.joined({ offset: 7, state: [["room.posted", { body: "newest" }]] });
    bench.reconnect();
    expect(bench.connection.framesOf("$join").at(-1)).toEqual([
      "$join",
      expect.any(Number),
      ADDRESS,
      { since: ["e", 7] },
    ]);
  });

  it("are checked like any event, and skipped where they can't be read", () => {
    const onInvalid = vi.fn();
    const onUnknown = vi.fn();
    const bench = new Bench({ onInvalid, onUnknown });
    const heard = vi.fn();
    bench.room.on("posted", heard);
    bench.joined({ state: [["room.posted", { body: 1 }], ["room.later", 1], ["room.bell"], 5, [5, 5]] });
    expect(heard).not.toHaveBeenCalled();
    expect(onInvalid).toHaveBeenCalledOnce();
    expect(onUnknown).toHaveBeenCalledOnce();
  });
});
