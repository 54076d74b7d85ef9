/** Flags at a client, with a fake server: what is on, what is refused and not heard, and what changes meanwhile. */
import { describe, expect, it } from "vitest";

import type { ClientOptions } from "../../../templates/typescript/runtime/index.js";
import { FlaggedClient, checkAnything } from "../../../templates/typescript/runtime/codegen-v1.js";
import { type ChannelFacts, Fake, type ServerEnd } from "../../../templates/typescript/runtime/testing.js";
import { rejection } from "./room.js";
import { type Talk, type TalkFlags, talk, talkFlags } from "./talk.js";

const A = { name: "a" };

class TalkClient extends FlaggedClient<TalkFlags> {
  constructor(options: ClientOptions) {
    super({ name: "talk", version: "1.0.0", hash: "" }, talkFlags, options);
  }
}

/** Everything but `say` and `said` is behind `compact`; with `shut` the channel is, too. */
const FACTS: ChannelFacts<Talk> = {
  definition: talk,
  recorded: ["said"],
  latest: { topic: "" },
  retryable: [],
  presence: checkAnything,
  examples: { events: {}, replies: {}, members: [] },
  flags: { count: "compact", seen: "compact", wave: "compact", hint: "compact", topic: "compact" },
};

function makeFake(facts = FACTS) {
  const fake = new Fake<TalkClient, { readonly room: ServerEnd<Talk> }, TalkFlags>({
    create: (options) => new TalkClient(options),
    facts: [facts],
    flags: { ...talkFlags },
    channels: (open) => ({ room: open(facts, A) }),
  });
  return { fake, server: fake.channels.room, room: fake.client.channel(talk, A) };
}

describe("what is on", () => {
  it("is off before the welcome, and what the server says after it", async () => {
    const { fake } = makeFake();
    const { flags } = fake.client;
    expect(flags.getSnapshot()).toEqual({ compact: false, layout: "wide" });
    expect(flags.initial).toBe(flags.getSnapshot());
    fake.setFlags({ layout: "narrow" });
    fake.client.connect();
    await fake.settled();
    expect(flags.getSnapshot()).toEqual({ compact: false, layout: "narrow" });
  });

  it("is told once for each change, and is the same object in between", async () => {
    const { fake } = makeFake();
    const { flags } = fake.client;
    const seen: TalkFlags[] = [];
    flags.subscribe(() => seen.push(flags.getSnapshot()));
    fake.client.connect();
    await fake.settled();
    const before = flags.getSnapshot();
    fake.setFlags({ compact: false });
    await fake.settled();
    expect(flags.getSnapshot()).toBe(before);
    fake.setFlags({ compact: true, layout: "narrow" });
    await fake.settled();
    expect(seen).toEqual([{ compact: true, layout: "narrow" }]);
    expect(fake.client.ignoredFrames).toBe(0);
  });

  it("stays while the connection is away, and is caught up with when it is back", async () => {
    const { fake } = makeFake();
    fake.client.connect();
    fake.setFlags({ compact: true });
    await fake.settled();
    fake.offline();
    fake.setFlags({ compact: false, layout: "narrow" });
    expect(fake.client.flags.getSnapshot()).toEqual({ compact: true, layout: "wide" });
    await fake.online();
    expect(fake.client.flags.getSnapshot()).toEqual({ compact: false, layout: "narrow" });
  });

  it("is set only to what the contract has", () => {
    const { fake } = makeFake();
    expect(() => {
      // @ts-expect-error there is no such flag
      fake.setFlags({ compakt: true });
    }).toThrow('no flag "compakt" that can be true');
    expect(() => {
      // @ts-expect-error there is no such variant
      fake.setFlags({ layout: "tall" });
    }).toThrow('no flag "layout" that can be "tall"');
  });
});

describe("what stands behind a flag", () => {
  it("is refused and not heard while it is off", async () => {
    const { fake, room, server } = makeFake();
    const heard: string[] = [];
    room.on("hint", ({ text }) => heard.push(text));
    room.on("topic", ({ text }) => heard.push(text));
    server.answer("count", (payload) => payload);
    server.push("topic", { text: "kept" });
    room.retain();
    await fake.settled();
    expect(server.push("hint", { text: "1" })).toBe(false);
    expect(await rejection(room.count({ text: "x" }))).toMatchObject({ code: "flag_off", retryable: false });
    room.seen({ text: "x" });
    await fake.settled();
    expect([heard, server.sent("seen")]).toEqual([[], []]);
    fake.setFlags({ compact: true });
    expect(server.push("hint", { text: "2" })).toBe(true);
    await fake.settled();
    expect(heard).toEqual(["kept", "2"]);
    expect(await room.count({ text: "x" })).toEqual({ text: "x" });
  });

  it("lets nobody in while the channel's own is off, and puts out who is there", async () => {
    const { fake, room } = makeFake({ ...FACTS, flag: "compact" });
    room.retain();
    await fake.settled();
    expect(room.state.getSnapshot()).toMatchObject({ status: "failed", error: { reason: "flag_off" } });
    fake.setFlags({ compact: true });
    const again = room.retain();
    await fake.settled();
    expect(room.state.getSnapshot().status).toBe("joined");
    fake.setFlags({ compact: false });
    await fake.settled();
    expect(room.state.getSnapshot()).toMatchObject({ status: "failed", error: { reason: "flag_off" } });
    again();
  });
});
