/**
 * What a close code tells the client to do. The range carries the verdict, so that an old client understands a code
 * that is newer than it. The same table stands in the server's `codes.py`; a test keeps them equal.
 */

/** What to do after a connection has ended. */
export type Verdict = "now" | "backoff" | "token" | "fresh" | "stop";

/** The verdicts of our own codes: the first and the last code of each range. */
export const CLOSE_RANGES: readonly (readonly [first: number, last: number, verdict: Verdict])[] = [
  [4000, 4099, "now"],
  [4100, 4199, "backoff"],
  [4200, 4299, "token"],
  [4300, 4399, "fresh"],
  [4400, 4499, "stop"],
];

/** Codes with a meaning beyond their range. */
export const CLOSE_REPLACED = 4010;

/** A newer connection of the same client took over; the range says "now", but two would chase each other for ever. */
const EXCEPTIONS: Readonly<Record<number, Verdict>> = { [CLOSE_REPLACED]: "stop" };

/** Sent by this client when it gives up a connection that went silent. */
export const CLOSE_SILENT = 4100;

/** Sent by this client when its user closes it. */
export const CLOSE_NORMAL = 1000;

/** What to do about a close code; `stable` says whether the connection had lived for ten seconds. */
export function verdictOf(code: number, stable: boolean): Verdict {
  const exception = EXCEPTIONS[code];
  if (exception !== undefined) return exception;
  const range = CLOSE_RANGES.find(([first, last]) => first <= code && code <= last);
  if (range !== undefined) return range[2];
  return code === 1006 && stable ? "now" : "backoff";
}
