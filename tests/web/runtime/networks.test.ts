/** The rows of group G that are about what stands between a client and its server. */
import { describe, expect, it } from "vitest";

import { Bench } from "./room.js";

const MINUTE = 60_000;

describe("G3: something else answers the handshake, as portals and busy proxies do", () => {
  it("is a failed attempt: a browser does not tell which, and the next one comes later, never in a loop", () => {
    // The middle of each window, which doubles up to twenty seconds.
    const bench = new Bench();
    bench.client.connect();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 8; attempt++) {
      bench.connection.drop(1006);
      expect(bench.client.connection.getSnapshot()).toMatchObject({ attempt });
      waits.push(bench.untilNext());
    }
    expect(waits).toEqual([...waits].sort((one, other) => one - other));
    expect(waits.at(-1)).toBe(10_000);
    expect(bench.network.connections).toHaveLength(9);
    bench.client.close();
  });

  it("is over as soon as the server answers again, and what was wanted is joined", () => {
    const bench = new Bench();
    bench.room.retain();
    for (let attempt = 1; attempt <= 4; attempt++) {
      bench.connection.drop(1006);
      bench.untilNext();
    }
    bench.welcome();
    bench.letIn();
    expect(bench.client.connection.getSnapshot()).toMatchObject({ status: "ready", attempt: 0, reason: null });
    expect(bench.room.state.getSnapshot()).toMatchObject({ status: "joined", caughtUp: true });
    bench.client.close();
  });
});

describe("G3: a proxy that cuts each connection after a minute", () => {
  it("costs no event and no patience: each time it is back within half a second, from where it was", () => {
    const bench = new Bench();
    const heard: number[] = [];
    bench.room.on("posted", (_, { offset }) => heard.push(offset));
    bench.joined();
    for (let cut = 1; cut <= 10; cut++) {
      for (let passed = 0; passed < MINUTE; passed += 10_000) {
        bench.clock.advance(10_000);
        bench.connection.send(["$ping", passed]);
      }
      bench.post(cut * 2 - 1);
      bench.connection.drop(1006);
      expect(bench.untilNext()).toBeLessThanOrEqual(500);
      bench.welcome();
      expect(bench.sent[0]?.[3]).toEqual({ since: ["e", cut * 2 - 1] });
      bench.letIn({ offset: cut * 2, recovered: true, replay: 1 });
      bench.post(cut * 2);
    }
    expect(heard).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(bench.client.connection.getSnapshot()).toMatchObject({ status: "ready", stalled: false });
    bench.client.close();
  });
});
