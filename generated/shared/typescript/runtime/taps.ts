/** Lets somebody watch the frames; costs next to nothing while nobody does. */
import type { Check } from "./checks.js";
import type { Clock } from "./clock.js";
import type { Tap } from "./options.js";

export class Taps {
  readonly #clock: Clock;
  readonly #check: (tag: string) => Check | null;
  #tap: Tap | null = null;
  #asked = 0;
  #tick = 0;

  constructor(debug: boolean | Tap | undefined, clock: Clock, check: (tag: string) => Check | null) {
    this.#clock = clock;
    this.#check = check;
    if (typeof debug === "object") this.#tap = debug;
    else if (debug === true) this.#load();
  }

  /** Whether to measure the latency at each heartbeat. */
  get measures(): boolean {
    return this.#tap?.measures === true;
  }

  in(text: string): string {
    this.#tap?.frame("in", text, this.#check);
    return text;
  }

  out(text: string): string {
    this.#tap?.frame("out", text, this.#check);
    return text;
  }

  /** The tick of a ping that leaves now. */
  tick(): number {
    this.#asked = this.#clock.now();
    return ++this.#tick;
  }

  pong(tick: number): void {
    if (tick === this.#tick) this.#tap?.latency?.(this.#clock.now() - this.#asked);
  }

  /** The printer is no part of what users load; what travels meanwhile waits for it. */
  #load(): void {
    const early: [direction: "in" | "out", text: string][] = [];
    this.#tap = { frame: (direction, text) => early.push([direction, text]) };
    void import("./console-tap.js").then(({ consoleTap }) => {
      const tap = consoleTap();
      this.#tap = tap;
      for (const [direction, text] of early) tap.frame(direction, text, this.#check);
    });
  }
}
