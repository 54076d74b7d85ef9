/** Lists of events and newest values, as stores. */
import { describe, expect, it, vi } from "vitest";

import {
  type Channel,
  eventList,
  type EventListOptions,
  type EventListSnapshot,
  latestOf,
  type Recording,
  type Store,
} from "../../../templates/typescript/runtime/index.js";
import { checkAnything, defineChannel } from "../../../templates/typescript/runtime/codegen-v1.js";
import { ADDRESS, Bench, type Body, type Room, type RoomEvents, type RoomRequests, checkBody } from "./room.js";

/** The room, as the handle of a contract that records what is posted. */
interface RecordingRoom extends Channel<RoomEvents, RoomRequests>, Recording<"posted"> {}

const linger = 1000;

async function settled(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
}

/** A list of a room that is not joined yet, and what is on it. */
function listing(options: EventListOptions<RecordingRoom, "posted"> = {}) {
  const bench = new Bench();
  const list = eventList(bench.room as Room & RecordingRoom, "posted", options);
  return { bench, list, bodies: () => bodiesOf(list) };
}

function bodiesOf(list: Store<EventListSnapshot<Body>>): string[] {
  return list.getSnapshot().items.map(({ payload }) => payload.body);
}

const nobody = (): void => undefined;

function letInAt(bench: Bench, offset: number): void {
  bench.welcome();
  bench.letIn({ offset });
}

const asked = ({ connection }: Bench): number => connection.framesOf("$history").length;

/** Answers the newest question for the history with these offsets. */
function answer(bench: Bench, offsets: readonly number[], more = false, epoch = "e", event = "room.posted"): void {
  const events = offsets.map((offset) => [event, offset, { body: `message ${String(offset)}` }]);
  bench.connection.send(["$reply", bench.connection.framesOf("$history").at(-1)?.[1], { epoch, events, more }]);
}

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

describe("a newest value", () => {
  it("follows the event while somebody looks, and is held no longer", () => {
    const bench = new Bench();
    const latest = latestOf(bench.room, "posted");
    expect(latest.getSnapshot()).toBeUndefined();
    expect(bench.network.connections).toHaveLength(0);
    const changed = vi.fn();
    const stop = latest.subscribe(changed);
    letInAt(bench, 0);
    bench.post(1);
    expect(latest.getSnapshot()).toEqual({ body: "message 1" });
    expect(latest.getSnapshot()).toBe(latest.getSnapshot());
    expect(changed).toHaveBeenCalledOnce();
    bench.connection.send(["room.bell", 0, ADDRESS, null]);
    expect(changed).toHaveBeenCalledOnce();
    stop();
    bench.post(2);
    expect(latest.getSnapshot()).toEqual({ body: "message 1" });
    bench.clock.advance(linger);
    expect(bench.connection.framesOf("$leave")).toHaveLength(1);
  });

  it("is filled by the join", () => {
    const bench = new Bench();
    const latest = latestOf(bench.room, "posted");
    latest.subscribe(nobody);
    bench.welcome();
    bench.letIn({ state: [["room.posted", { body: "newest" }]] });
    expect(latest.getSnapshot()).toEqual({ body: "newest" });
  });

  it("is there for who looks later, of what the contract calls latest; until the channel is left", () => {
    const bench = new Bench();
    const topic = defineChannel<Channel<{ readonly topic: Body; readonly said: Body }>, object>({
      name: "room",
      address: "topics",
      parameters: checkAnything,
      requests: {},
      notices: {},
      relays: {},
      events: { topic: { check: checkBody, latest: true }, said: { check: checkBody } },
    });
    const here = bench.client.channel(topic, {});
    const release = here.retain();
    bench.welcome();
    const ref = bench.connection.framesOf("$join").at(-1)?.[1];
    const state = [["room.topic", { body: "spring" }]];
    bench.connection.send(["$joined", ref, "topics", { epoch: "e", offset: 0, recovered: false, replay: 0, state }]);
    bench.connection.send(["room.topic", 0, "topics", { body: "summer" }]);
    bench.connection.send(["room.said", 0, "topics", { body: "hello" }]);
    const latest = latestOf(here, "topic");
    const stop = latest.subscribe(nobody);
    expect(latest.getSnapshot()).toEqual({ body: "summer" });
    const said = latestOf(here, "said");
    said.subscribe(nobody)();
    expect(said.getSnapshot()).toBeUndefined();
    stop();
    release();
    bench.clock.advance(linger);
    latest.subscribe(nobody);
    expect(latest.getSnapshot()).toBeUndefined();
  });
});
