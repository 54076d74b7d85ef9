/** Time, handed in so that tests can turn it. */

/** What the client needs of time. */
export interface Clock {
  /** Milliseconds of a clock that goes on while the machine sleeps. */
  now(): number;
  /** Calls `callback` once, after `milliseconds`; the returned function calls it off. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** Timers of platforms wait for at most 24 days; more is no time at all to them. */
const MOST_MS = 2 ** 31 - 1;

/** The platform's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, Math.min(milliseconds, MOST_MS));
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Rings at `deadline` (a time of the clock), or never with `Infinity`: whatever it was set to before is forgotten. */
export type Alarm = (deadline: number) => void;

/** Whoever is rung for looks at the clock itself: timers of platforms may be some milliseconds early. */
export function makeAlarm(clock: Clock, ring: () => void): Alarm {
  let cancel: (() => void) | undefined;
  return (deadline) => {
    cancel?.();
    cancel = deadline < Infinity ? clock.after(Math.max(0, deadline - clock.now()), ring) : undefined;
  };
}
