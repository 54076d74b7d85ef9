/**
 * The rules of the connection: a pure function from a state and what happened to the next state and its effects.
 *
 * Nothing here waits, draws lots or looks at a clock by itself. What a state does not expect, it ignores: a late
 * report of a socket that was given up must not disturb its successor.
 */
import { STABLE_MS, backoffMs } from "./backoff.js";
import { CLOSE_CODES, CLOSE_NORMAL, verdictOf } from "./codes.js";
import type { CloseReason, ConnectionEffect, ConnectionInput, ConnectionState, Surroundings } from "./connection.js";

/** A socket must be open and greeted within this time. */
const OPENING_MS = 10_000;

export interface Transition {
  readonly state: ConnectionState;
  readonly effects: readonly ConnectionEffect[];
}

export function transition(state: ConnectionState, input: ConnectionInput, around: Surroundings): Transition {
  switch (input.kind) {
    case "connect":
      return state.phase === "idle" || state.phase === "closed" ? open(0, null, false, around) : stay(state);
    case "close":
      return end(state);
    case "opened":
      return state.phase === "opening" ? { state, effects: [{ kind: "greet" }] } : stay(state);
    case "heard":
      return state.phase === "ready" ? stay({ ...state, heard: around.now }) : stay(state);
    case "welcomed":
      return welcome(state, input.patience, around);
    case "explained":
      return state.phase === "opening" ? stay({ ...state, reason: { code: 0, message: input.message } }) : stay(state);
    case "failed":
      return state.phase === "opening" ? giveUp(state, input.message, around) : stay(state);
    case "lost":
      return lose(state, { code: input.code, message: input.message }, around);
    case "tick":
      return tick(state, around);
  }
}

function stay(state: ConnectionState): Transition {
  return { state, effects: [] };
}

function open(failures: number, reason: CloseReason | null, renewing: boolean, { now }: Surroundings): Transition {
  const state: ConnectionState = { phase: "opening", failures, until: now + OPENING_MS, reason, renewing };
  return { state, effects: [{ kind: "open" }] };
}

function welcome(state: ConnectionState, patience: number, { now }: Surroundings): Transition {
  if (state.phase !== "opening") return stay(state);
  const { failures } = state;
  return { state: { phase: "ready", failures, since: now, heard: now, patience }, effects: [{ kind: "ready" }] };
}

function end(state: ConnectionState): Transition {
  const closed: ConnectionState = { phase: "closed", reason: null };
  const over: ConnectionEffect = { kind: "over", reason: null };
  switch (state.phase) {
    case "closed":
      return stay(state);
    case "idle":
    case "waiting":
      return { state: closed, effects: [over] };
    case "opening":
    case "ready":
      return { state: closed, effects: [{ kind: "abandon", code: CLOSE_NORMAL }, over] };
  }
}

function lose(state: ConnectionState, said: CloseReason, around: Surroundings): Transition {
  if (state.phase !== "opening" && state.phase !== "ready") return stay(state);
  const stable = state.phase === "ready" && around.now - state.since >= STABLE_MS;
  const failures = stable ? 0 : state.failures + 1;
  const verdict = verdictOf(said.code, stable);
  // An `$error` before the close says more than the close's own few bytes.
  const explained = state.phase === "opening" && said.message === "" ? state.reason?.message : undefined;
  const reason: CloseReason = explained === undefined ? said : { ...said, message: explained };
  const renewing = state.phase === "opening" && state.renewing;
  switch (verdict) {
    case "never":
      return finish(reason);
    // Who has no other token, or has just shown a new one, would be refused again.
    case "token":
      return around.renewable && !renewing
        ? retry(failures, failures, reason, { renewing: true }, around)
        : finish(reason);
    case "now":
    case "fresh":
      return retry(failures, failures, reason, { fresh: verdict === "fresh", renewing }, around);
    case "backoff":
      return retry(failures, Math.max(failures, 1), reason, { renewing }, around);
  }
}

function finish(reason: CloseReason): Transition {
  return { state: { phase: "closed", reason }, effects: [{ kind: "over", reason }] };
}

function retry(
  failures: number,
  exponent: number,
  reason: CloseReason,
  { fresh = false, renewing }: { readonly fresh?: boolean; readonly renewing: boolean },
  { now, random }: Surroundings,
): Transition {
  const until = now + backoffMs(exponent, random());
  return { state: { phase: "waiting", failures, until, reason, renewing }, effects: [{ kind: "down", fresh }] };
}

function tick(state: ConnectionState, around: Surroundings): Transition {
  switch (state.phase) {
    case "idle":
    case "closed":
      return stay(state);
    case "waiting":
      return around.now < state.until ? stay(state) : open(state.failures, state.reason, state.renewing, around);
    case "opening":
      return around.now < state.until ? stay(state) : giveUp(state, "no answer to the greeting in time", around);
    case "ready":
      return around.now < state.heard + state.patience ? stay(state) : giveUp(state, "the server fell silent", around);
  }
}

function giveUp(state: ConnectionState, message: string, around: Surroundings): Transition {
  const next = lose(state, { code: 0, message }, around);
  return { ...next, effects: [{ kind: "abandon", code: CLOSE_CODES.silent }, ...next.effects] };
}
