/** For whoever looks for what goes wrong: a log that a support page can show. */
import { type Check, findDeepIssues } from "./checks.js";
import type { Tap } from "./options.js";
import { isDiscreet, redacted } from "./redaction.js";
import { Cell, type Store } from "./store.js";
import { isArray, isObject } from "./values.js";

/** One frame, or one measurement, without what the contract calls sensitive. */
export interface EventLogEntry {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly direction: "in" | "out" | "latency";
  readonly tag: string;
  /** The frame's elements after its tag, or the milliseconds. */
  readonly content: readonly unknown[];
  /** What is wrong with its payload, in words; empty if nothing is. */
  readonly issues: readonly string[];
}

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
  const cell = new Cell<EventLogSnapshot>({ entries: [], latency: null });
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

/** A frame as a reader wants it, with what is wrong with its payload. */
export function entryOf(direction: "in" | "out", text: string, checkOf: (tag: string) => Check | null): EventLogEntry {
  const at = Date.now();
  const frame = parsed(text);
  if (!isArray(frame) || typeof frame[0] !== "string") {
    return { at, direction, tag: "", content: [`${String(text.length)} characters`], issues: ["is not a frame"] };
  }
  const [tag, ...content] = frame;
  const check = checkOf(tag);
  const issues = check === null || content.length < 3 ? [] : findDeepIssues(check, content[2]);
  return {
    at,
    direction,
    tag,
    content: content.map((each, place) => shown(tag, each, place, check)),
    issues: issues.map(({ pointer, message }) => `${pointer} ${message}`),
  };
}

/** Tokens are never shown, and of what has no check only its kind: nobody said what of it is sensitive. */
function shown(tag: string, element: unknown, place: number, check: Check | null): unknown {
  if (tag === "$auth" && place === 1) return "…";
  if (tag === "$hello" && isObject(element)) {
    return { ...element, ...("token" in element && { token: "…" }), ...("session" in element && { session: "…" }) };
  }
  if (tag === "$welcome" && isObject(element)) return { ...element, session: "…" };
  if (check !== null) return place === 2 && isDiscreet(check) ? redacted(element, check.sensitive) : element;
  const isOpaque = tag === "$reply" || tag === "$error" || tag === "$state" || tag === "$presence" || tag === "$joined";
  return isOpaque && typeof element === "object" ? "…" : element;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
