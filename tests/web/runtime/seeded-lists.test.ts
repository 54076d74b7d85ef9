/** Lists of events that begin with those of the history: seeded once, without doubles or holes. */
import { describe, expect, it } from "vitest";

import { answer, asked, letInAt, listing, nobody, settled } from "./listing.js";
import { ADDRESS } from "./room.js";

describe("a list with history", () => {
  it("is loading from the first, and seeded once when the channel is joined", async () => {
    const { bench, list, bodies } = listing({ history: 3 });
    expect(list.getSnapshot().loading).toBe(true);
    list.subscribe(nobody);
    await settled();
    letInAt(bench, 8);
    await settled();
    expect(bench.connection.framesOf("$history").map((frame) => frame.slice(2))).toEqual([[ADDRESS, { limit: 3 }]]);
    expect(list.getSnapshot().loading).toBe(true);
    answer(bench, [6, 7, 8], true);
    await settled();
    expect(bodies()).toEqual(["message 6", "message 7", "message 8"]);
    expect(list.getSnapshot()).toMatchObject({ loading: false, error: null });
    bench.post(9);
    expect(list.getSnapshot().items.map(({ key }) => key)).toEqual(["6", "7", "8", "9"]);
    expect(asked(bench)).toBe(1);
  });

  it("puts what came meanwhile behind it, nothing twice and nothing missing", async () => {
    const { bench, list, bodies } = listing({ history: 5 });
    list.subscribe(nobody);
    letInAt(bench, 8);
    await settled();
    bench.post(9);
    expect(bodies()).toEqual(["message 9"]);
    bench.post(10);
    answer(bench, [7, 8, 9]);
    await settled();
    expect(bodies()).toEqual(["message 7", "message 8", "message 9", "message 10"]);
    answer(bench, [7, 8, 9]);
    bench.post(11);
    expect(list.getSnapshot().items.map(({ key }) => key)).toEqual(["7", "8", "9", "10", "11"]);
  });

  it("drops live what the history had already", async () => {
    const { bench, list } = listing({ history: 5 });
    list.subscribe(nobody);
    letInAt(bench, 8);
    await settled();
    answer(bench, [8, 9]);
    await settled();
    bench.post(9);
    bench.post(10);
    expect(list.getSnapshot().items.map(({ offset }) => offset)).toEqual([8, 9, 10]);
  });

  it("asks for further pages where other events stand between, and no more than it keeps", async () => {
    const { bench, list } = listing({ history: 50, keep: 2 });
    list.subscribe(nobody);
    letInAt(bench, 8);
    await settled();
    answer(bench, [7, 8], true, "e", "room.bell");
    await settled();
    expect(bench.connection.framesOf("$history").at(-1)?.[3]).toEqual({ before: 7, limit: 2 });
    answer(bench, [4, 5, 6], true);
    await settled();
    expect(list.getSnapshot().items.map(({ offset }) => offset)).toEqual([5, 6]);
    expect(asked(bench)).toBe(2);
  });

  it("does not take the newest value of a join for one more event", async () => {
    const { bench, list } = listing({ history: 5 });
    list.subscribe(nobody);
    bench.welcome();
    bench.letIn({ offset: 3, state: [["room.posted", { body: "message 3" }]] });
    await settled();
    answer(bench, [3]);
    await settled();
    expect(list.getSnapshot().items.map(({ key }) => key)).toEqual(["3"]);
  });

  it("reseeds after a loss, shows the old until then, and never repeats a key", async () => {
    const { bench, list, bodies } = listing({ history: 5 });
    list.subscribe(nobody);
    letInAt(bench, 2);
    await settled();
    answer(bench, [1, 2]);
    await settled();
    bench.reconnect();
    bench.letIn({ epoch: "f", offset: 2, reason: "epoch_changed" });
    await settled();
    expect(list.getSnapshot().loading).toBe(true);
    expect(bodies()).toEqual(["message 1", "message 2"]);
    bench.post(3);
    const { items } = list.getSnapshot();
    expect(new Set(items.map(({ key }) => key)).size).toBe(3);
    answer(bench, [1, 2, 3], false, "f");
    await settled();
    expect(list.getSnapshot().items.map(({ key }) => key)).toEqual(["1:1", "1:2", "1:3"]);
    bench.reconnect();
    bench.letIn({ epoch: "f", offset: 9, reason: "too_old" });
    await settled();
    answer(bench, [8, 9], false, "f");
    await settled();
    expect(list.getSnapshot().items.map(({ key }) => key)).toEqual(["1:8", "1:9"]);
  });

  it("goes on where a rejoin recovered all", async () => {
    const { bench, list } = listing({ history: 5 });
    list.subscribe(nobody);
    letInAt(bench, 2);
    await settled();
    answer(bench, [1, 2]);
    await settled();
    bench.reconnect();
    bench.letIn({ offset: 3, recovered: true, replay: 1 });
    bench.post(3);
    await settled();
    expect(list.getSnapshot().items.map(({ key }) => key)).toEqual(["1", "2", "3"]);
    expect(asked(bench)).toBe(0);
  });

  it("asks again where the connection was lost on the way", async () => {
    const { bench, list } = listing({ history: 5 });
    list.subscribe(nobody);
    letInAt(bench, 2);
    await settled();
    bench.connection.drop();
    await settled();
    expect(list.getSnapshot()).toMatchObject({ loading: true, error: null });
    bench.untilNext();
    bench.welcome();
    bench.letIn({ offset: 2, recovered: true });
    await settled();
    answer(bench, [1, 2]);
    await settled();
    expect(list.getSnapshot()).toMatchObject({ loading: false, error: null });
    expect(list.getSnapshot().items).toHaveLength(2);
  });

  it("asks again where the history began anew meanwhile, a few times at most", async () => {
    const { bench, list } = listing({ history: 5 });
    list.subscribe(nobody);
    letInAt(bench, 2);
    await settled();
    for (let tried = 1; tried <= 3; tried++) {
      expect(asked(bench)).toBe(tried * 2 - 1);
      answer(bench, [2], true);
      await settled();
      answer(bench, [1], false, "other");
      await settled();
    }
    expect(asked(bench)).toBe(6);
    expect(list.getSnapshot()).toMatchObject({ loading: false, error: { name: "HistoryChangedError" } });
  });

  it("shows why the history can't be had, lists what comes, and tries again with the next join", async () => {
    const { bench, list, bodies } = listing({ history: 5 });
    list.subscribe(nobody);
    letInAt(bench, 2);
    await settled();
    const ref = bench.connection.framesOf("$history").at(-1)?.[1];
    bench.connection.send(["$error", ref, { code: "limited", message: "no", retryable: true }]);
    await settled();
    expect(list.getSnapshot()).toMatchObject({ loading: false, error: { code: "limited" } });
    bench.post(3);
    expect(bodies()).toEqual(["message 3"]);
    bench.reconnect();
    bench.letIn({ offset: 3, recovered: true });
    await settled();
    answer(bench, [2, 3]);
    await settled();
    expect(list.getSnapshot().error).toBeNull();
    expect(bodies()).toEqual(["message 2", "message 3"]);
  });

  it("stops loading where the channel can't be joined", () => {
    const { bench, list } = listing({ history: 5 });
    list.subscribe(nobody);
    bench.welcome();
    const ref = bench.connection.framesOf("$join").at(-1)?.[1];
    bench.connection.send(["$error", ref, { code: "forbidden", message: "no", retryable: false }]);
    expect(list.getSnapshot().loading).toBe(false);
  });

  it("asks once where a subscriber comes, goes and comes again at once", async () => {
    const { bench, list } = listing({ history: 5 });
    bench.joined({ offset: 2 });
    list.subscribe(nobody)();
    list.subscribe(nobody);
    await settled();
    expect(asked(bench)).toBe(1);
    expect(bench.connection.framesOf("$join")).toHaveLength(1);
  });

  it("takes no late answer for its own after the last subscriber has gone", async () => {
    const { bench, list } = listing({ history: 5 });
    const stop = list.subscribe(nobody);
    letInAt(bench, 2);
    await settled();
    stop();
    answer(bench, [1, 2]);
    await settled();
    expect(list.getSnapshot().items).toEqual([]);
  });
});
