/**
 * The rules of the connection: a pure function from a state and what happened to the next state and its effects.
 *
 * Nothing here waits, draws lots or looks at a clock by itself. What a state does not expect, it ignores: a late
 * report of a socket that was given up must not disturb its successor.
 */
import { STABLE_MS, backoffMs } from "./backoff.js";
import { CLOSE_CODES, CLOSE_NORMAL, verdictOf } from "./codes.js";
import {
  type Attempts,
  type CloseReason,
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionState,
  type Ready,
  type Surroundings,
  WATCH_MS,
} from "./connection.js";
import type { PageEvent } from "./browser-page.js";

/** A socket must be open and greeted within this time. */
const OPENING_MS = 10_000;
/** A sign of life that was asked for must come within this time. */
const PROBE_MS = 2_000;
/** After a hint that the network is back, clients wait up to this time, so that they don't come all at once. */
const HINT_MS = 1_000;
/** Between two attempts to renew a token, at least. */
const RENEW_MS = 1_000;
/** A token is renewed after this part of its life, and up to a tenth of it later. */
const RENEW_FROM = 0.8;

export interface Transition {
  readonly state: ConnectionState;
  readonly effects: readonly ConnectionEffect[];
}

type ReadyState = Extract<ConnectionState, { readonly phase: "ready" }>;

export function transition(state: ConnectionState, input: ConnectionInput, around: Surroundings): Transition {
  switch (input.kind) {
    case "connect":
      return state.phase === "idle" || state.phase === "closed"
        ? open({ first: true, failures: 0, lost: around.now, reason: null, renewing: false }, around)
        : stay(state);
    case "close":
      return end(state);
    case "opened":
      return state.phase === "opening" ? stay(state, { kind: "greet" }) : stay(state);
    case "heard":
      return state.phase === "ready" ? stay({ ...state, heard: around.now, probe: Infinity }) : stay(state);
    case "welcomed":
      return welcome(state, input, around);
    case "explained":
      return state.phase === "opening" ? stay({ ...state, reason: { code: 0, message: input.message } }) : stay(state);
    case "failed":
      if (state.phase !== "opening") return stay(state);
      return input.final ? refuse({ code: 0, message: input.message }) : giveUp(state, input.message, around);
    case "lost":
      return lose(state, { code: input.code, message: input.message }, around);
    case "renewed":
      return state.phase === "ready" ? stay({ ...state, ...renewal(state, input.ttl, around) }) : stay(state);
    case "drain":
      return state.phase === "ready" && state.moveAt === Infinity
        ? stay({ ...state, moveAt: around.now + around.random() * input.within })
        : stay(state);
    case "stranded":
      return state.phase === "ready" && state.moving ? stay(movingLater(state, around)) : stay(state);
    case "page":
      return hint(state, input.event, around);
    case "tick":
      return tick(state, around);
  }
}

function stay(state: ConnectionState, ...effects: readonly ConnectionEffect[]): Transition {
  return { state, effects };
}

function open({ first, failures, lost, reason, renewing }: Attempts, { now }: Surroundings): Transition {
  const until = now + OPENING_MS;
  return stay({ phase: "opening", first, failures, lost, reason, renewing, until }, { kind: "open" });
}

function welcome(
  state: ConnectionState,
  { quiet, patience, ttl }: Extract<ConnectionInput, { kind: "welcomed" }>,
  around: Surroundings,
): Transition {
  const moved = state.phase === "ready" && state.moving;
  if (state.phase !== "opening" && !moved) return stay(state);
  const { now } = around;
  const ready: ReadyState = {
    phase: "ready",
    failures: state.failures,
    since: now,
    heard: now,
    quiet,
    patience,
    looked: now,
    probe: Infinity,
    moveAt: Infinity,
    moving: false,
    ...renewal({ expires: Infinity }, ttl, around),
  };
  return stay(ready, { kind: moved ? "moved" : "ready" });
}

/** When the next token is wanted: in good time after a success; after a failure halfway to the end of the present one. */
function renewal(
  { expires }: Pick<Ready, "expires">,
  ttl: number | null,
  { now, random, renewable }: Surroundings,
): Pick<Ready, "expires" | "renewAt"> {
  if (ttl !== null) {
    const renewAt = renewable ? now + ttl * (RENEW_FROM + 0.1 * random()) : Infinity;
    return { expires: now + ttl, renewAt };
  }
  const left = expires - now;
  return { expires, renewAt: left > RENEW_MS ? now + Math.max(RENEW_MS, left / 2) : Infinity };
}

function movingLater(state: ReadyState, { now, random }: Surroundings): ReadyState {
  return { ...state, moving: false, moveAt: now + backoffMs(1, random()) };
}

function end(state: ConnectionState): Transition {
  const closed: ConnectionState = { phase: "closed", reason: null };
  const over: ConnectionEffect = { kind: "over", reason: null };
  switch (state.phase) {
    case "closed":
      return stay(state);
    case "idle":
    case "waiting":
      return stay(closed, over);
    case "opening":
    case "ready":
      return stay(closed, { kind: "abandon", code: CLOSE_NORMAL }, over);
  }
}

function lose(state: ConnectionState, said: CloseReason, around: Surroundings): Transition {
  if (state.phase !== "opening" && state.phase !== "ready") return stay(state);
  const stable = state.phase === "ready" && around.now - state.since >= STABLE_MS;
  const failures = stable ? 0 : state.failures + 1;
  const verdict = verdictOf(said.code, stable);
  if (state.phase === "ready" && state.moving && (verdict !== "never" || said.code === CLOSE_CODES.replaced)) {
    const attempts: Attempts = { first: false, failures, lost: around.now, reason: said, renewing: false };
    return stay({ phase: "opening", ...attempts, until: state.moveAt }, { kind: "promote" });
  }
  const renewed = state.phase === "opening" && state.renewing;
  // Who has no other token, or has just shown a new one, would be refused again.
  if (verdict === "never" || (verdict === "token" && (renewed || !around.renewable)))
    return finish(explained(state, said));
  const attempts: Attempts = {
    first: false,
    failures,
    lost: state.phase === "opening" ? state.lost : around.now,
    reason: explained(state, said),
    renewing: verdict === "token" || renewed,
  };
  const exponent = verdict === "backoff" ? Math.max(failures, 1) : failures;
  return retry(attempts, exponent, verdict === "fresh", around);
}

/** An `$error` before the close says more than the close's own few bytes. */
function explained(state: ConnectionState, said: CloseReason): CloseReason {
  const message = state.phase === "opening" && said.message === "" ? state.reason?.message : undefined;
  return message === undefined ? said : { ...said, message };
}

function finish(reason: CloseReason): Transition {
  return stay({ phase: "closed", reason }, { kind: "over", reason });
}

/** Ends what is being opened, since there is no token and will be none. */
function refuse(reason: CloseReason): Transition {
  return stay({ phase: "closed", reason }, { kind: "abandon", code: CLOSE_NORMAL }, { kind: "over", reason });
}

function retry(
  attempts: Attempts,
  exponent: number,
  fresh: boolean,
  { now, random, hidden }: Surroundings,
): Transition {
  const until = hidden ? null : now + backoffMs(exponent, random());
  return stay({ phase: "waiting", ...attempts, until }, { kind: "down", fresh });
}

function tick(state: ConnectionState, around: Surroundings): Transition {
  switch (state.phase) {
    case "idle":
    case "closed":
      return stay(state);
    case "waiting":
      if (state.until === null || around.now < state.until) return stay(state);
      return around.hidden ? stay({ ...state, until: null }) : open(state, around);
    case "opening":
      return around.now < state.until ? stay(state) : giveUp(state, "no answer to the greeting in time", around);
    case "ready":
      return watch(state, around);
  }
}

/** What falls due while all is well; the first of it only, since the next tick follows at once. */
function watch(state: ReadyState, around: Surroundings): Transition {
  const { now } = around;
  // The computer slept, or the page did: whether the connection survived shows only when somebody asks.
  if (now >= state.looked + 2 * WATCH_MS) return probe({ ...state, heard: now }, around);
  if (now >= state.probe) return giveUp(state, "the server fell silent", around);
  if (state.probe === Infinity && now >= state.heard + state.quiet) {
    return stay({ ...state, looked: now, probe: state.heard + state.patience }, { kind: "probe" });
  }
  if (now >= state.renewAt) return stay({ ...state, renewAt: Infinity }, { kind: "renew" });
  if (now < state.moveAt) return stay({ ...state, looked: now });
  if (state.moving) return stay(movingLater(state, around));
  return stay({ ...state, moving: true, moveAt: now + OPENING_MS }, { kind: "move" });
}

function probe(state: ReadyState, { now }: Surroundings): Transition {
  const due = Math.min(state.probe, now + PROBE_MS);
  return stay({ ...state, looked: now, probe: due < now ? now + PROBE_MS : due }, { kind: "probe" });
}

/** Pages tell when to act sooner than a timer would, or when not to act at all. */
function hint(state: ConnectionState, event: PageEvent, around: Surroundings): Transition {
  switch (event) {
    case "hidden":
      return stay(state);
    case "away":
      return leave(state, around);
    case "offline":
    case "resumed":
      return state.phase === "ready" ? probe(state, around) : stay(state);
    case "online":
      // What was begun on the old network would only time out.
      if (state.phase === "opening") return startOver(state, around);
      return state.phase === "ready" ? probe(state, around) : soon(state, around);
    case "visible":
    case "back":
      return state.phase === "ready" ? probe(state, around) : soon(state, around);
  }
}

/** A page that is put away must not hold a socket; it comes back with its positions. */
function leave(state: ConnectionState, { now }: Surroundings): Transition {
  if (state.phase === "waiting") return stay({ ...state, until: null });
  if (state.phase !== "opening" && state.phase !== "ready") return stay(state);
  const lost = state.phase === "opening" ? state.lost : now;
  const reason: CloseReason = { code: 0, message: "the page was put away" };
  return stay(
    { phase: "waiting", first: false, failures: state.failures, lost, reason, renewing: false, until: null },
    { kind: "abandon", code: CLOSE_CODES.silent },
    { kind: "down", fresh: false },
  );
}

function startOver(state: Extract<ConnectionState, { phase: "opening" }>, around: Surroundings): Transition {
  const { state: next, effects } = open(state, around);
  return stay(next, { kind: "abandon", code: CLOSE_CODES.silent }, { kind: "down", fresh: false }, ...effects);
}

function soon(state: ConnectionState, { now, random }: Surroundings): Transition {
  if (state.phase !== "waiting") return stay(state);
  const until = now + random() * HINT_MS;
  return stay({ ...state, until: Math.min(state.until ?? until, until) });
}

function giveUp(state: ConnectionState, message: string, around: Surroundings): Transition {
  const next = lose(state, { code: 0, message }, around);
  return { ...next, effects: [{ kind: "abandon", code: CLOSE_CODES.silent }, ...next.effects] };
}
