import { describe, expect, test } from "vitest";

import { injectEventList } from "../../../templates/angular/runtime/angular/index.js";
import { Server } from "../hooks/server.js";
import { inRoom, settle } from "./mounting.js";

const bodies = (list: { readonly items: () => readonly { readonly payload: { readonly body: string } }[] }): string[] =>
  list.items().map(({ payload }) => payload.body);

describe("injectEventList", () => {
  test("keeps the newest, in order, and begins anew in another room", async () => {
    const { server, roomId, given } = inRoom((room) => ({
      two: injectEventList(room, "posted", { keep: 2 }),
      all: injectEventList(room, "posted"),
    }));
    await settle();
    for (let number = 1; number <= 120; number++) server.post(String(number));
    expect(bodies(given.two)).toEqual(["119", "120"]);
    expect(given.all.items()).toHaveLength(100);
    const before = given.two.items();
    server.post("not for this list", "rooms/general", "typing");
    expect(given.two.items()).toBe(before);
    roomId.set("random");
    expect(given.two.items()).toEqual([]);
    await settle();
    server.post("there", "rooms/random");
    expect(bodies(given.two)).toEqual(["there"]);
    roomId.set(null);
    expect(given.two.items()).toEqual([]);
  });

  test("is seeded from the history, with keys that stay", async () => {
    const server = new Server();
    server.history = [
      [1, "first"],
      [2, "second"],
      [3, "third"],
    ];
    const { given } = inRoom((room) => injectEventList(room, "posted", { history: 2 }), server);
    expect(given.loading()).toBe(true);
    await settle();
    server.post("live", "rooms/general", "posted", 4);
    expect([given.loading(), given.error(), bodies(given)]).toEqual([false, null, ["second", "third", "live"]]);
    expect(given.items().map(({ key, offset }) => [key, offset])).toEqual([
      ["2", 2],
      ["3", 3],
      ["4", 4],
    ]);
  });

  test("lets go of the channel with the component", async () => {
    const { server, fixture } = inRoom((room) => injectEventList(room, "posted"));
    await settle();
    fixture.destroy();
    server.clock.turn(1000);
    expect(server.count("$leave", "rooms/general")).toBe(1);
  });
});
