/** Lists of events as stores: what comes while somebody looks. */
import { describe, expect, it, vi } from "vitest";

import { eventList } from "../../../templates/typescript/runtime/index.js";
import { type RecordingRoom, answer, asked, bodiesOf, letInAt, linger, listing, nobody, settled } from "./listing.js";
import { ADDRESS, Bench, type Room } from "./room.js";

describe("a list of events", () => {
  it("does nothing before the first subscriber, and lets go after the last", async () => {
    const { bench, list } = listing();
    expect(list.getSnapshot()).toEqual({ items: [], loading: false, error: null });
    expect(bench.network.connections).toHaveLength(0);
    const first = list.subscribe(nobody);
    const second = list.subscribe(nobody);
    letInAt(bench, 0);
    first();
    first();
    bench.clock.advance(linger);
    expect(bench.connection.framesOf("$leave")).toHaveLength(0);
    second();
    bench.clock.advance(linger);
    await settled();
    expect(bench.connection.framesOf("$leave")).toHaveLength(1);
    expect(asked(bench)).toBe(0);
  });

  it("keeps the newest, and the same snapshot and array while nothing comes", () => {
    const { bench, list, bodies } = listing({ keep: 2 });
    const changed = vi.fn();
    list.subscribe(changed);
    letInAt(bench, 0);
    for (const offset of [1, 2, 3]) bench.post(offset);
    expect(bodies()).toEqual(["message 2", "message 3"]);
    expect(list.getSnapshot().items.map(({ key }) => key)).toEqual(["2", "3"]);
    const before = list.getSnapshot();
    changed.mockClear();
    bench.post(3);
    bench.post(9, { body: 5 });
    expect(list.getSnapshot()).toBe(before);
    expect(changed).not.toHaveBeenCalled();
  });

  it("keeps a hundred where nothing was said, and none where none are wanted", () => {
    const { bench, list } = listing();
    const none = eventList(bench.room, "posted", { keep: 0 });
    list.subscribe(nobody);
    none.subscribe(nobody);
    letInAt(bench, 0);
    for (let offset = 1; offset <= 120; offset++) bench.post(offset);
    expect(list.getSnapshot().items).toHaveLength(100);
    expect(list.getSnapshot().items[0]?.offset).toBe(21);
    expect(none.getSnapshot().items).toEqual([]);
  });

  it("gives what is not recorded a key of its own, and says who sent it", () => {
    const bench = new Bench();
    const list = eventList(bench.room, "typing");
    list.subscribe(nobody);
    letInAt(bench, 0);
    for (const by of ["ann", "bob"]) bench.connection.send(["room.typing", 0, ADDRESS, { body: "…" }, { by }]);
    const { items } = list.getSnapshot();
    expect(items.map(({ by }) => by)).toEqual(["ann", "bob"]);
    expect(new Set(items.map(({ key }) => key)).size).toBe(2);
  });

  it("begins anew after a time without subscribers", () => {
    const { bench, list, bodies } = listing();
    const stop = list.subscribe(nobody);
    letInAt(bench, 0);
    bench.post(1);
    stop();
    expect(bodies()).toEqual(["message 1"]);
    bench.post(2);
    list.subscribe(nobody);
    bench.post(3);
    expect(bodies()).toEqual(["message 3"]);
  });
});

describe("the newest value that comes with a join", () => {
  it("is listed once, however often the channel is joined", () => {
    const { bench, list, bodies } = listing();
    list.subscribe(nobody);
    bench.welcome();
    const state = [["room.posted", { body: "sunny" }]];
    bench.letIn({ state });
    expect(bodies()).toEqual(["sunny"]);
    for (const recovered of [false, true]) {
      bench.reconnect();
      bench.letIn({ state, recovered });
    }
    expect(bodies()).toEqual(["sunny"]);
    bench.post(0, { body: "sunny" });
    bench.reconnect();
    bench.letIn({ state: [["room.posted", { body: "rainy" }]] });
    expect(bodies()).toEqual(["sunny", "sunny", "rainy"]);
  });

  it("is told as such", () => {
    const bench = new Bench();
    const heard = vi.fn();
    bench.room.on("posted", heard);
    bench.joined({ state: [["room.posted", { body: "sunny" }]] });
    bench.post(0, { body: "rainy" });
    expect(heard.mock.calls).toEqual([
      [{ body: "sunny" }, { offset: 0, newest: true }],
      [{ body: "rainy" }, { offset: 0 }],
    ]);
  });
});

describe("lists of the same events", () => {
  it("are one while somebody looks, so that the history is read once", async () => {
    const { bench, list } = listing({ history: 5 });
    const room = bench.room as Room & RecordingRoom;
    const other = eventList(room, "posted", { history: 5 });
    expect(other).toBe(list);
    expect(eventList(room, "posted", { history: 6 })).not.toBe(list);
    const ends = [list.subscribe(nobody), other.subscribe(nobody)];
    letInAt(bench, 2);
    await settled();
    expect(asked(bench)).toBe(1);
    answer(bench, [1, 2]);
    await settled();
    expect(eventList(room, "posted", { history: 5 }).getSnapshot().items).toHaveLength(2);
    for (const end of ends) end();
    const next = eventList(room, "posted", { history: 5 });
    expect(next).not.toBe(list);
    expect(next.getSnapshot()).toEqual({ items: [], loading: true, error: null });
    list.subscribe(nobody);
    expect(eventList(room, "posted", { history: 5 })).toBe(next);
  });

  it("are several without a history: each begins with its first subscriber", () => {
    const { bench, list } = listing();
    list.subscribe(nobody);
    letInAt(bench, 0);
    bench.post(1);
    const other = eventList(bench.room as Room & RecordingRoom, "posted");
    other.subscribe(nobody);
    expect(bodiesOf(other)).toEqual([]);
  });
});
