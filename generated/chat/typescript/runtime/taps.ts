/** Lets somebody watch the frames; costs next to nothing while nobody does. */
import type { Check } from "./checks.js";
import type { Clock } from "./clock.js";
import type { Tap } from "./options.js";

type Seen = Parameters<Tap["frame"]>;

export interface Taps {
  readonly see: (direction: "in" | "out", text: string) => void;
  /** Whether the way to the server and back is measured at each heartbeat. */
  readonly measures: () => boolean;
  /** The tick of a ping that leaves now. */
  readonly tick: () => number;
  readonly pong: (tick: number) => void;
}

/** `checkOf` finds the check of whatever a tag carries, in either direction. */
export function makeTaps(debug: boolean | Tap | undefined, clock: Clock, checkOf: (tag: string) => Check | null): Taps {
  let tap = typeof debug === "object" ? debug : null;
  let asked = 0;
  let ticks = 0;
  if (debug === true) {
    // The printer is no part of what users load; what travels meanwhile waits for it.
    const early: Seen[] = [];
    tap = { frame: (...seen) => early.push(seen) };
    void import("./console-tap.js").then(({ consoleTap }) => {
      tap = consoleTap();
      for (const seen of early) tap.frame(...seen);
    });
  }
  return {
    see: (direction, text) => {
      tap?.frame(direction, text, checkOf);
    },
    measures: () => tap?.measures === true,
    tick: () => {
      asked = clock.now();
      return ++ticks;
    },
    pong: (tick) => {
      if (tick === ticks) tap?.latency?.(clock.now() - asked);
    },
  };
}
