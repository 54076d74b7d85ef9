/** How long to wait before another try: full jitter, so that clients that fell together do not come back together. */
import type { Verdict } from "./codes.js";

const BASE_MS = 500;
const CAP_MS = 20_000;
/** A server may make a client wait for so long, at most. */
const LONGEST_S = 3_600;

/** A connection (or a membership) that lasted this long makes the failures before it forgotten. */
export const STABLE_MS = 10_000;

/** Milliseconds to wait after `failures` in a row; `random` is from 0 up to, not including, 1. */
export function backoffMs(failures: number, random: number): number {
  // The exponent is bounded before it is used: 2 ** 2000 would be infinite.
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(Math.max(failures, 0), 16));
  return Math.floor(random * ceiling);
}

/** The same after an end that its verdict judges. */
export function waitMs(verdict: Verdict, failures: number, random: number): number {
  return backoffMs(verdict === "backoff" ? Math.max(failures, 1) : failures, random);
}

/** Milliseconds to wait where a server asks for these seconds. */
export function askedMs(seconds: number | null): number {
  return Math.min(seconds ?? 0, LONGEST_S) * 1000;
}
