/** A client that asks for ever more addresses does not grow: what nobody holds is forgotten. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { describe, expect, it, vi } from "vitest";

import { makeCore } from "../../../templates/typescript/runtime/core.js";
import { ManualClock } from "../../../templates/typescript/runtime/testing/manual-clock.js";
import { MemoryNetwork } from "../../../templates/typescript/runtime/testing/memory-network.js";
import { room } from "./room.js";

setFlagsFromString("--expose_gc");
const collectGarbage = runInNewContext("gc") as () => void;
const nobody = (): void => undefined;

class Surroundings {
  readonly clock = new ManualClock();
  readonly core = makeCore(
    { name: "chat", version: "1.0.0", hash: "0123456789abcdef" },
    { url: "ws://test", socket: new MemoryNetwork().socket, clock: this.clock, page: null },
  );

  ask(roomId: string) {
    return this.core.channel(room, { roomId }).handle;
  }

  comeAndGo(roomId: string): void {
    const handle = this.ask(roomId);
    const ends = [handle.retain(), handle.on("posted", nobody), handle.state.subscribe(nobody)];
    for (const end of [...ends, ...ends]) end();
  }

  /** How many addresses are known after all that can be forgotten was. */
  async remembered(wanted: number): Promise<void> {
    await vi.waitFor(() => {
      collectGarbage();
      expect(this.core.known()).toBe(wanted);
    });
  }
}

describe("a channel that nobody has", () => {
  it("is forgotten, also after it was joined and listened to", async () => {
    const around = new Surroundings();
    for (let each = 0; each < 100; each++) around.ask(`never-${String(each)}`);
    for (let each = 0; each < 100; each++) around.comeAndGo(`left-${String(each)}`);
    expect(around.core.channels.size).toBe(100);
    around.clock.advance(1_000);
    expect(around.core.channels.size).toBe(0);
    await around.remembered(0);
  });
});

describe("a channel", () => {
  it("is the same object as long as somebody has its handle", async () => {
    const around = new Surroundings();
    const handle = around.ask("general");
    around.ask("other");
    await around.remembered(1);
    expect(around.ask("general")).toBe(handle);
    handle.retain()();
    around.clock.advance(1_000);
    await around.remembered(1);
    expect(around.ask("general")).toBe(handle);
  });

  it("is the same while it is held, or listened to, though nobody has its handle", async () => {
    const around = new Surroundings();
    const heard = vi.fn();
    around.ask("held").retain();
    around.ask("listened").on("posted", nobody);
    around.ask("warned").onResync(nobody);
    around.ask("watched").state.subscribe(heard);
    around.ask("other");
    await around.remembered(4);
    expect([...around.core.channels.keys()]).toEqual(["rooms/held", "rooms/listened", "rooms/warned", "rooms/watched"]);
    around.ask("watched").retain();
    expect(heard).toHaveBeenCalledOnce();
  });
});
