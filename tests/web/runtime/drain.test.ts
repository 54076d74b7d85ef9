/** While a client moves to another connection: what the old one still says. */
import { describe, expect, it } from "vitest";

import { ADDRESS, Bench, rejection, room } from "./room.js";
import { type Talk, talk } from "./talk.js";

it("an answer on the old connection counts, also one that reads like the address of a channel that has moved", async () => {
  const bench = new Bench();
  bench.joined();
  bench.client.channel(room, { roomId: "other" }).retain();
  const old = bench.connection;
  const asked = bench.room.send({ body: "hello" });
  const ref = old.framesOf("room.send")[0]?.[1];
  old.send(["$drain", { within: 0 }]);
  bench.clock.advance(1);
  const next = bench.welcome();
  expect(next).not.toBe(old);
  const [, join] = next.framesOf("$join").find((frame) => frame[2] === ADDRESS) ?? [];
  next.send(["$joined", join, ADDRESS, { epoch: "e", offset: 0, recovered: true, replay: 0 }]);
  old.send(["$reply", ref, ADDRESS]);
  expect(await rejection(asked)).toMatchObject({ code: "invalid" });
});

describe("what a member shows", () => {
  const THERE = "rooms/a";
  const answer = { epoch: "e", offset: 0, recovered: true, replay: 0 };

  function showing(): { readonly bench: Bench; readonly channel: Talk } {
    const bench = new Bench();
    const channel = bench.client.channel(talk, { name: "a" });
    channel.retain();
    const old = bench.welcome();
    old.send(["$joined", old.framesOf("$join")[0]?.[1], THERE, answer]);
    channel.presence.show({ text: "here" }).catch(() => undefined);
    return { bench, channel };
  }

  function moving({ bench }: { readonly bench: Bench }, channels: number): readonly (readonly unknown[])[] {
    bench.connection.send(["$drain", { within: 0 }]);
    bench.clock.advance(1);
    const next = bench.welcome();
    const joins = next.framesOf("$join");
    expect(joins).toHaveLength(channels);
    return joins;
  }

  it("is shown over the connection that follows, since it goes with the one before", () => {
    const { bench } = showing();
    const [join] = moving({ bench }, 1);
    bench.connection.send(["$joined", join?.[1], THERE, answer]);
    expect(bench.connection.framesOf("$state").map((frame) => frame.slice(2))).toEqual([[THERE, { text: "here" }]]);
  });

  it("is shown there, too, where the one before is lost on the way", () => {
    const { bench } = showing();
    bench.client.channel(talk, { name: "b" }).retain();
    const old = bench.connection;
    const [join] = moving({ bench }, 2);
    bench.connection.send(["$joined", join?.[1], THERE, answer]);
    expect(bench.connection.framesOf("$state")).toHaveLength(0);
    old.drop();
    expect(bench.connection.framesOf("$state").map((frame) => frame.slice(2))).toEqual([[THERE, { text: "here" }]]);
  });
});
