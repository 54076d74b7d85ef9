/** For whoever looks for what goes wrong: a log that a support page can show. */
import { type EventLogEntry, entryOf } from "./frame-entry.js";
import type { Tap } from "./options.js";
import { type Store, makeCell } from "./store.js";

/** The newest entries of a log, oldest first. */
export interface EventLogSnapshot {
  readonly entries: readonly EventLogEntry[];
  /** Milliseconds from the latest ping to its pong; `null` before the first. */
  readonly latency: number | null;
}

/**
 * A `debug` option that remembers the newest entries, for a page that a support team asks for.
 *
 * @example
 * const log = createEventLog();
 * const client = createChatClient({ url, debug: log });
 * log.subscribe(() => show(log.getSnapshot().entries));
 */
export function createEventLog(keep = 200): Tap & Store<EventLogSnapshot> {
  const cell = makeCell<EventLogSnapshot>({ entries: [], latency: null });
  const add = (entry: EventLogEntry, latency: number | null): void => {
    cell.set({ entries: [...cell.getSnapshot().entries, entry].slice(-keep), latency });
  };
  return {
    measures: true,
    subscribe: cell.subscribe,
    getSnapshot: cell.getSnapshot,
    frame: (direction, text, check) => {
      add(entryOf(direction, text, check), cell.getSnapshot().latency);
    },
    latency: (milliseconds) => {
      const entry: EventLogEntry = {
        at: Date.now(),
        direction: "latency",
        tag: "",
        content: [milliseconds],
        issues: [],
      };
      add(entry, milliseconds);
    },
  };
}
