/** What is there for who uses it: presence, pages of history, data loaded beside events. */
import { describe, expect, it, vi } from "vitest";

import { HistoryChangedError, positionOf, readHistory } from "../../../templates/typescript/runtime/index.js";
import { consoleTap } from "../../../templates/typescript/runtime/console-tap.js";
import { discreet } from "../../../templates/typescript/runtime/secrets.js";
import { Bench, checkBody, rejection } from "./room.js";
import { type Talk, talk } from "./talk.js";

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

const ADDRESS = "rooms/a";
const ann = ["ann", { text: "hi" }];

function joined(presence: object | null = null): { readonly bench: Bench; readonly channel: Talk } {
  const bench = new Bench();
  const channel = bench.client.channel(talk, { name: "a" });
  channel.retain();
  bench.welcome();
  letIn(bench, presence === null ? {} : { presence });
  return { bench, channel };
}

function letIn(bench: Bench, answer: object = {}): void {
  const ref = bench.connection.framesOf("$join").at(-1)?.[1];
  bench.connection.send(["$joined", ref, ADDRESS, { epoch: "e", offset: 0, recovered: false, replay: 0, ...answer }]);
}

function answer(bench: Bench, tag: string, reply: unknown): void {
  bench.connection.send(["$reply", bench.connection.framesOf(tag).at(-1)?.[1], reply]);
}

describe("presence", () => {
  it("is a store of those present, page by page, then by deltas", async () => {
    const { bench, channel } = joined({ version: ["v", 4], count: 3, members: [ann], next: "ann" });
    expect(channel.presence.getSnapshot().complete).toBe(false);
    expect(bench.sent.at(-1)).toEqual(["$members", expect.any(Number), ADDRESS, { after: "ann", limit: 500 }]);
    bench.connection.send(["$presence", ADDRESS, ["v", 5], { count: 3, update: [["ann", { text: "!" }]] }]);
    answer(bench, "$members", { version: ["v", 5], count: 3, members: [["bob", { text: "yo" }]] });
    await settled();
    expect(Object.fromEntries(channel.presence.getSnapshot().members)).toEqual({
      ann: { text: "!" },
      bob: { text: "yo" },
    });
    const before = channel.presence.getSnapshot();
    bench.connection.send(["$presence", ADDRESS, ["v", 5], { count: 9, leave: ["ann"] }]);
    expect(channel.presence.getSnapshot()).toBe(before);
    bench.connection.send(["$presence", ADDRESS, ["v", 6], { count: 1, leave: ["bob"] }]);
    expect([...channel.presence.getSnapshot().members.keys()]).toEqual(["ann"]);
  });

  it("asks for the list where a version is missing, and when it is told to", async () => {
    const { bench, channel } = joined({ version: ["v", 1], count: 1, members: [ann] });
    bench.connection.send(["$presence", ADDRESS, ["v", 3], { count: 2, join: [["bob", { text: "yo" }]] }]);
    bench.clock.advance(0);
    expect(bench.connection.framesOf("$members")).toHaveLength(1);
    answer(bench, "$members", { version: ["v", 3], count: 1, members: [["bob", { text: "yo" }]] });
    await settled();
    expect([...channel.presence.getSnapshot().members.keys()]).toEqual(["bob"]);
    bench.connection.send(["$presence", ADDRESS, ["v", 4], { count: 900, mode: "count" }]);
    expect(channel.presence.getSnapshot()).toEqual({ count: 900, members: new Map(), complete: false });
    bench.connection.send(["$presence", ADDRESS, ["v", 5], { count: 9, mode: "ask", after: 4 }]);
    bench.clock.advance(1_999);
    expect(bench.connection.framesOf("$members")).toHaveLength(1);
    bench.clock.advance(1);
    expect(bench.connection.framesOf("$members")).toHaveLength(2);
  });

  it("shows what one shows, again after a reconnect, and never what the contract forbids", async () => {
    const { bench, channel } = joined();
    const shown = channel.presence.show({ text: "me" });
    answer(bench, "$state", null);
    await shown;
    expect(await rejection(channel.presence.show({ text: 5 } as never))).toMatchObject({ name: "InvalidPayloadError" });
    bench.reconnect();
    letIn(bench, { recovered: true });
    expect(bench.connection.framesOf("$state")).toEqual([["$state", expect.any(Number), ADDRESS, { text: "me" }]]);
  });
});

describe("the history", () => {
  it("comes a page at a time, backwards from the newest, as long as more is wanted", async () => {
    const { bench, channel } = joined();
    const pages = readHistory(channel, { limit: 2 });
    const first = pages.next();
    await settled();
    const events = [
      ["room.said", 8, { text: "8" }],
      ["room.later", 9, {}],
    ];
    answer(bench, "$history", { epoch: "e", events, more: true });
    expect(await first).toEqual({ done: false, value: [{ event: "said", payload: { text: "8" }, offset: 8 }] });
    const second = pages.next();
    await settled();
    expect(bench.connection.framesOf("$history").at(-1)?.[3]).toEqual({ before: 8, limit: 2 });
    answer(bench, "$history", { epoch: "e", events: [["room.said", 7, { text: 7 }]], more: false });
    expect(await second).toEqual({ done: true, value: undefined });
  });

  it("goes forwards from an offset, and ends where the history began anew", async () => {
    const { bench, channel } = joined();
    const pages = readHistory(channel, { after: 3 });
    const first = pages.next();
    await settled();
    expect(bench.connection.framesOf("$history").at(-1)?.[3]).toEqual({ after: 3, limit: 50 });
    answer(bench, "$history", { epoch: "e", events: [["room.said", 4, { text: "4" }]], more: true });
    await first;
    const second = rejection(pages.next());
    await settled();
    answer(bench, "$history", { epoch: "f", events: [], more: false });
    expect(await second).toBeInstanceOf(HistoryChangedError);
  });
});

describe("data loaded beside events", () => {
  it("is loaded from the position on, while events wait; and afresh after a loss", async () => {
    const bench = new Bench();
    const heard: string[] = [];
    let loaded: () => void = () => undefined;
    const load = vi.fn(() => new Promise<void>((resolve) => (loaded = resolve)));
    bench.room.on("posted", ({ body }) => heard.push(body));
    bench.room.retain({ load });
    bench.welcome();
    bench.letIn({ offset: 3 });
    await settled();
    expect(load).toHaveBeenCalledExactlyOnceWith({ epoch: "e", offset: 3 });
    bench.post(4);
    expect(heard).toEqual([]);
    loaded();
    await settled();
    expect(heard).toEqual(["message 4"]);
    expect(positionOf(bench.room)).toEqual({ epoch: "e", offset: 4 });
    bench.reconnect();
    bench.letIn({ epoch: "f", offset: 9, reason: "epoch_changed" });
    await settled();
    expect(load).toHaveBeenCalledTimes(2);
  });

  it("that can't be loaded is reported, and events come all the same", async () => {
    const failed = vi.fn();
    const bench = new Bench({ onListenerError: failed });
    const heard = vi.fn();
    bench.room.on("posted", heard);
    bench.room.retain({ load: () => Promise.reject(new Error("mine")) });
    bench.welcome();
    bench.letIn();
    bench.post(1);
    await settled();
    expect(failed).toHaveBeenCalledOnce();
    expect(heard).toHaveBeenCalledOnce();
  });

  it("goes on where an earlier page stopped, or says that it can't", () => {
    const bench = new Bench();
    const lost = vi.fn();
    bench.room.onResync(lost);
    bench.room.retain({ since: { epoch: "e", offset: 40 } });
    bench.welcome();
    expect(bench.sent[0]?.[3]).toEqual({ since: ["e", 40] });
    bench.letIn({ offset: 90, recovered: false, reason: "too_old" });
    expect(lost).toHaveBeenCalledExactlyOnceWith("too_old");
  });
});

describe("what is printed", () => {
  it("has no tokens, and of sensitive values only the place", () => {
    const printed: unknown[][] = [];
    const tap = consoleTap((...words) => printed.push(words));
    const check = discreet(checkBody, ["/body"]);
    tap.frame("out", '["$hello",{"client":"c","token":"t0k3n"}]', () => null);
    tap.frame("out", '["$auth",7,"t0k3n"]', () => null);
    tap.frame("in", '["room.posted",1,"rooms/a",{"body":"s3cret","more":[1]}]', () => check);
    tap.frame("in", "{", () => null);
    expect(JSON.stringify(printed)).not.toMatch(/t0k3n|s3cret/);
    expect(printed[2]).toEqual(["←", "room.posted", 1, "rooms/a", { body: "…", more: [1] }]);
  });

  it("warns once of each thing that the server says is going away", () => {
    const warned: unknown[] = [];
    const tap = consoleTap(
      () => undefined,
      (words) => warned.push(words),
    );
    const say = (fields: object): void => {
      tap.frame("in", JSON.stringify(["$deprecated", fields]), () => null);
    };
    say({ tag: "room.say", at: "/text", since: "1.4.0", sunset: "2027-03-01", use: "body" });
    say({ tag: "room.say", at: "/text", since: "1.4.0", sunset: "2027-03-01", use: "body" });
    say({ tag: "room.say", at: "/tint", value: '"red"', use: "green" });
    say({ tag: "room.$join" });
    say({ tag: "room.$state", at: "/mood" });
    say({ tag: "room.sent", use: "posted", heard: true });
    say({ tag: 7 });
    tap.frame("out", '["$deprecated",{"tag":"room.say"}]', () => null);
    expect(warned).toEqual([
      "/text of room.say is deprecated: since 1.4.0, gone on 2027-03-01, use body",
      '/tint "red" of room.say is deprecated: use green',
      "the channel room is deprecated",
      "/mood of what members of room show is deprecated",
      "room.sent, which the server sends, is deprecated: use posted",
    ]);
  });

  it("asks for that only where somebody looks, and takes it for no unknown frame", () => {
    const seen: string[] = [];
    const hellos = [{}, { debug: { frame: () => undefined } }].map((options) => {
      const bench = new Bench({ ...options, onUnknown: ({ tag }) => seen.push(tag) });
      bench.joined();
      bench.connection.send(["$deprecated", { tag: "room.say" }]);
      return bench.connection.framesOf("$hello")[0]?.[1];
    });
    expect(hellos).toMatchObject([{ capabilities: [] }, { capabilities: ["deprecations"] }]);
    expect(seen).toEqual([]);
  });

  it("comes with `debug: true`, from the first frame on", async () => {
    const print = vi.spyOn(console, "debug").mockImplementation(() => undefined);
    const bench = new Bench({ debug: true });
    bench.joined();
    await vi.waitFor(() => {
      expect(print.mock.calls.map(([, tag]) => String(tag)).slice(0, 2)).toEqual(["$hello", "$join"]);
    });
    print.mockRestore();
  });
});
