/** The newest payload of an event, as a store. */
import { describe, expect, it, vi } from "vitest";

import { checkAnything, defineChannel } from "../../../templates/typescript/runtime/codegen-v1.js";
import { type Channel, latestOf } from "../../../templates/typescript/runtime/index.js";
import { letInAt, linger, nobody } from "./listing.js";
import { ADDRESS, Bench, type Body, checkBody } from "./room.js";

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
