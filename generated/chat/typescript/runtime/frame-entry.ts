/** Frames as people want to read them, without what the contract calls sensitive. */
import { type Check, findDeepIssues } from "./checks.js";
import { isDiscreet, redacted } from "./redaction.js";
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
