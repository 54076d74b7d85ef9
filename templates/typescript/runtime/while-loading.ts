/** Events that wait while what they build upon is being loaded. */
import type { ListenerFailure } from "./emitter.js";
import type { Position } from "./membership.js";

export type Load = (position: Position | null) => Promise<void>;

export interface Loading {
  /** Takes part until the returned function is called. */
  readonly add: (load: Load) => () => void;
  /** Everybody loads afresh. What waited until now is part of what they will find. */
  readonly begin: (position: Position | null) => void;
  /** One loads; events wait for it. */
  readonly run: (load: Load, position: Position | null) => void;
  /** Delivers now, or when everything is loaded. */
  readonly after: (deliver: () => void) => void;
}

export function makeLoading(onFailure: ListenerFailure): Loading {
  const loads = new Set<Load>();
  let running = 0;
  /** What waits; another list in each round. */
  let held: (() => void)[] = [];
  const run: Loading["run"] = (load, position) => {
    const round = held;
    running++;
    // A `load` that throws at once is no different from one that rejects.
    Promise.resolve()
      .then(() => load(position))
      .catch(onFailure)
      .finally(() => {
        if (round !== held || --running > 0) return;
        held = [];
        for (const deliver of round) deliver();
      });
  };
  return {
    add: (load) => {
      loads.add(load);
      return () => loads.delete(load);
    },
    begin: (position) => {
      running = 0;
      held = [];
      for (const load of [...loads]) run(load, position);
    },
    run,
    after: (deliver) => {
      if (running > 0) held.push(deliver);
      else deliver();
    },
  };
}
