/** A burst is handled in slices, in order; the page has its turn in between. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { makeSlices } from "../../../templates/typescript/runtime/slices.js";

let now = 0;
const done: number[] = [];
let slices = makeSlices();

beforeEach(() => {
  now = 0;
  done.length = 0;
  slices = makeSlices();
  vi.spyOn(performance, "now").mockImplementation(() => now);
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Hands over a burst, of which each message takes so many milliseconds. */
function burst(count: number, milliseconds: number): void {
  for (let number = 0; number < count; number++) {
    slices.run(() => {
      now += milliseconds;
      done.push(number);
    });
  }
}

/** What is done when the page has had its turn: `soon` of before comes before this. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

describe("slices", () => {
  it("do at once what there is time for, and the rest in order, a slice at a time", async () => {
    burst(10, 5);
    expect(done).toEqual([0, 1, 2]);
    await turn();
    expect(done).toEqual([0, 1, 2, 3, 4, 5]);
    await turn();
    await turn();
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("begin anew when the page has had its turn, not when it was kept busy after each message", async () => {
    burst(1, 5);
    now += 40;
    burst(1, 5);
    expect(done).toEqual([0]);
    await turn();
    await turn();
    burst(3, 5);
    expect(done).toEqual([0, 0, 0, 1, 2]);
  });

  it("let nothing overtake what waits", async () => {
    burst(4, 5);
    now += 1_000;
    burst(1, 5);
    expect(done).toEqual([0, 1, 2]);
    await turn();
    expect(done).toEqual([0, 1, 2, 3, 0]);
  });

  it("forget what waits, also in the middle of a slice", async () => {
    burst(3, 5);
    slices.run(() => {
      slices.clear();
    });
    burst(2, 5);
    await turn();
    await turn();
    expect(done).toEqual([0, 1, 2]);
    burst(1, 5);
    expect(done).toEqual([0, 1, 2, 0]);
  });

  it("go on after one that throws", async () => {
    burst(3, 5);
    const thrown = new Promise((resolve) => {
      process.once("uncaughtException", resolve);
    });
    slices.run(() => {
      throw new Error("no");
    });
    burst(1, 5);
    expect(await thrown).toEqual(new Error("no"));
    await turn();
    expect(done).toEqual([0, 1, 2, 0]);
  });

  it("work with timers where there are no channels", async () => {
    vi.stubGlobal("MessageChannel", undefined);
    burst(4, 5);
    vi.unstubAllGlobals();
    await vi.waitFor(() => {
      expect(done).toEqual([0, 1, 2, 3]);
    });
  });
});
