/** Lets somebody watch the frames; costs next to nothing while nobody does. */
import type { Check } from "./checks.js";
import type { Clock } from "./clock.js";
import type { Tap } from "./options.js";

type Seen = Parameters<Tap["frame"]>;

export class Taps {
  /** Whoever watches. */
  tap: Tap | null = null;
  readonly #clock: Clock;
  #asked = 0;
  #tick = 0;

  constructor(debug: boolean | Tap | undefined, clock: Clock) {
    this.#clock = clock;
    if (typeof debug === "object") this.tap = debug;
    else if (debug === true) this.#load();
  }

  see(direction: "in" | "out", text: string, check: (tag: string) => Check | null): void {
    this.tap?.frame(direction, text, check);
  }

  /** The tick of a ping that leaves now. */
  tick(): number {
    this.#asked = this.#clock.now();
    return ++this.#tick;
  }

  pong(tick: number): void {
    if (tick === this.#tick) this.tap?.latency?.(this.#clock.now() - this.#asked);
  }

  /** The printer is no part of what users load; what travels meanwhile waits for it. */
  #load(): void {
    const early: Seen[] = [];
    this.tap = { frame: (...seen) => early.push(seen) };
    void import("./console-tap.js").then(({ consoleTap }) => {
      this.tap = consoleTap();
      for (const seen of early) this.tap.frame(...seen);
    });
  }
}
