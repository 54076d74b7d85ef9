/** While a client moves to another connection: what the old one still says. */
import { expect, it } from "vitest";

import { ADDRESS, Bench, rejection, room } from "./room.js";

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
