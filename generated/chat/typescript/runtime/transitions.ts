/**
 * The rules of the connection. What can happen to it is a function from its state to the next one and its effects.
 *
 * Nothing here waits, draws lots or looks at a clock by itself. What a state does not expect, it ignores: a late
 * report of a socket that was given up must not disturb its successor. Moving to another connection without a gap adds
 * its own rules (`moving-transitions.ts`), once a server asks for it.
 */
import { STABLE_MS, waitMs } from "./backoff.js";
import type { PageEvent } from "./browser-page.js";
import { verdictOf } from "./codes.js";
import {
  type Attempts,
  type CloseReason,
  type ConnectionEffect,
  type ConnectionState,
  type Ready,
  type Surroundings,
  WATCH_MS,
} from "./connection.js";

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

export type Transition = readonly [ConnectionState, ...ConnectionEffect[]];

/** Something that happens to a connection. */
export type Happening = (state: ConnectionState, around: Surroundings) => Transition;

type Phase = ConnectionState["phase"];
type In<P extends Phase> = Extract<ConnectionState, { readonly phase: P }>;

/** Those that moving to another connection judges for itself. */
export interface Rules {
  readonly tick: Happening;
  readonly lost: (code: number, message: string) => Happening;
  readonly welcomed: (quiet: number, patience: number, ttl: number) => Happening;
}

export const connect: Happening = (state, around) =>
  state.phase === "idle" || state.phase === "closed"
    ? open({ first: true, failures: 0, lost: around.now, reason: null, earliest: 0, renewing: false }, around)
    : [state];

export const close: Happening = (state) => (state.phase === "closed" ? [state] : finish(null));

export const opened: Happening = during("opening", (state) => [state, "greet"]);

/** The server said why it is about to close, and in how many milliseconds it may be tried again. */
export const explained = (message: string, wait: number): Happening =>
  during("opening", (state, { now }) => [{ ...state, reason: ours(message), earliest: now + wait }]);

/** There is no token to greet with; `final`: and there will be none. */
export const failed = (message: string, final: boolean): Happening =>
  during("opening", (state, around) => (final ? finish(ours(message)) : lose(state, ours(message), around, "abandon")));

/** A frame has come. */
export const heard: Happening = during("ready", (state, { now }) => [{ ...state, heard: now, probe: Infinity }]);

/** The newer token was taken, and holds for these milliseconds; or was not (`null`). */
export const renewed = (ttl: number | null): Happening =>
  during("ready", (state, around) => [{ ...state, ...renewal(state.expires, ttl, around) }]);

/** The page tells something. */
export const hinted =
  (event: PageEvent): Happening =>
  (state, around) => {
    const { now, random } = around;
    if (state.phase === "waiting") {
      if (event === "away") return [{ ...state, until: Infinity }];
      const isBack = event === "online" || event === "visible" || event === "back";
      return [
        isBack ? { ...state, until: Math.max(state.earliest, Math.min(state.until, now + random() * HINT_MS)) } : state,
      ];
    }
    if (state.phase !== "opening" && state.phase !== "ready") return [state];
    // A page that is put away must not hold a socket; it comes back with its positions.
    if (event === "away") {
      const attempts = {
        failures: state.failures,
        reason: ours("the page was put away"),
        earliest: 0,
        renewing: false,
      };
      return pause(state, now, { ...attempts, until: Infinity }, "abandon");
    }
    // Whatever else a page tells: whether the connection survived it shows only when somebody asks.
    if (state.phase === "ready") return event === "hidden" ? [state] : probe(state, around);
    // What was begun on the old network would only time out.
    return event === "online" ? open(state, around, "abandon", "down") : [state];
  };

export const RULES: Rules = {
  lost: (code, message) => (state, around) =>
    state.phase === "opening" || state.phase === "ready" ? lose(state, { code, message }, around) : [state],

  /** Times are in milliseconds; `ttl` is infinite where the identity has no end. */
  welcomed: (quiet, patience, ttl) =>
    during("opening", ({ failures }, around) => {
      const { now } = around;
      const times = { since: now, heard: now, looked: now, probe: Infinity };
      return [{ phase: "ready", failures, quiet, patience, ...times, ...renewal(Infinity, ttl, around) }];
    }),

  tick: (state, around) => {
    if (state.phase === "ready") return watch(state, around);
    if (!("until" in state) || around.now < state.until) return [state];
    if (state.phase === "opening") return lose(state, ours("no answer to the greeting in time"), around, "abandon");
    return around.hidden ? [{ ...state, until: Infinity }] : open(state, around);
  },
};

/** A rule for one phase: in the others nothing comes of it. */
function during<P extends Phase>(phase: P, rule: (state: In<P>, around: Surroundings) => Transition): Happening {
  const isMeant = (state: ConnectionState): state is In<P> => state.phase === phase;
  return (state, around) => (isMeant(state) ? rule(state, around) : [state]);
}

/** What this side says of an end that has no code. */
function ours(message: string): CloseReason {
  return { code: 0, message };
}

function open(attempts: Attempts, { now }: Surroundings, ...before: readonly ConnectionEffect[]): Transition {
  return [{ ...attempts, phase: "opening", until: now + OPENING_MS }, ...before, "open"];
}

/** When the next token is wanted: in good time after a success; after a failure halfway to the end of the present one. */
function renewal(
  expires: number,
  ttl: number | null,
  { now, random, renewable }: Surroundings,
): Pick<Ready, "expires" | "renewAt"> {
  if (ttl !== null) {
    return { expires: now + ttl, renewAt: renewable ? now + ttl * (RENEW_FROM + 0.1 * random()) : Infinity };
  }
  const left = expires - now;
  return { expires, renewAt: left > RENEW_MS ? now + Math.max(RENEW_MS, left / 2) : Infinity };
}

/** A socket that is still there is given up. */
function finish(reason: CloseReason | null): Transition {
  return [{ phase: "closed", reason }, "abandon", "over"];
}

/** Comes back at `until`. */
function pause(
  state: In<"opening" | "ready">,
  now: number,
  next: Omit<Attempts, "first" | "lost"> & { readonly until: number },
  ...before: readonly ConnectionEffect[]
): Transition {
  const lost = state.phase === "opening" ? state.lost : now;
  return [{ phase: "waiting", first: false, lost, ...next }, ...before, "down"];
}

function lose(
  state: In<"opening" | "ready">,
  { code, message }: CloseReason,
  { now, random, renewable, hidden }: Surroundings,
  ...before: readonly ConnectionEffect[]
): Transition {
  const opening = state.phase === "opening" ? state : null;
  const stable = state.phase === "ready" && now - state.since >= STABLE_MS;
  const failures = stable ? 0 : state.failures + 1;
  const verdict = verdictOf(code, stable);
  const renewing = verdict === "token" || opening?.renewing === true;
  // An `$error` before the close says more than the close's own few bytes.
  const reason = { code, message: message || (opening?.reason?.message ?? "") };
  // Who has no other token, or has just shown a new one, would be refused again.
  const isHopeless = verdict === "token" && (opening?.renewing === true || !renewable);
  if (verdict === "never" || isHopeless) return finish(reason);
  const earliest = opening?.earliest ?? 0;
  const until = hidden ? Infinity : Math.max(earliest, now + waitMs(verdict, failures, random()));
  if (verdict === "fresh") before = [...before, "forget"];
  return pause(state, now, { failures, reason, earliest, renewing, until }, ...before);
}

/** What falls due while all is well; the first of it only, since the next tick follows at once. */
function watch(state: In<"ready">, around: Surroundings): Transition {
  const { now } = around;
  // The computer slept, or the page did: whether the connection survived shows only when somebody asks.
  if (now >= state.looked + 2 * WATCH_MS) return probe({ ...state, heard: now }, around);
  if (now >= state.probe) return lose(state, ours("the server fell silent"), around, "abandon");
  if (state.probe === Infinity && now >= state.heard + state.quiet) {
    return [{ ...state, looked: now, probe: state.heard + state.patience }, "probe"];
  }
  if (now >= state.renewAt) return [{ ...state, renewAt: Infinity }, "renew"];
  return [{ ...state, looked: now }];
}

function probe(state: In<"ready">, { now }: Surroundings): Transition {
  const due = Math.min(state.probe, now + PROBE_MS);
  return [{ ...state, looked: now, probe: due < now ? now + PROBE_MS : due }, "probe"];
}
