/**
 * The rules of the connection: a pure function from a state and what happened to the next state and its effects. One
 * function for each phase says what that phase expects.
 *
 * Nothing here waits, draws lots or looks at a clock by itself. What a state does not expect, it ignores: a late
 * report of a socket that was given up must not disturb its successor. Moving to another connection without a gap adds
 * its own rules (`moving-transitions.ts`), once a server asks for it.
 */
import { STABLE_MS, backoffMs } from "./backoff.js";
import { CLOSE_NORMAL, SILENT, verdictOf } from "./codes.js";
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

const ABANDON: ConnectionEffect = { kind: "abandon", code: SILENT };
const DOWN: ConnectionEffect = { kind: "down", fresh: false };

export interface Transition {
  readonly state: ConnectionState;
  readonly effects: readonly ConnectionEffect[];
}

type In<Phase extends ConnectionState["phase"]> = Extract<ConnectionState, { readonly phase: Phase }>;
type Welcome = Extract<ConnectionInput, { readonly kind: "welcomed" }>;

export function transition(state: ConnectionState, input: ConnectionInput, around: Surroundings): Transition {
  if (input.kind === "close") return end(state);
  switch (state.phase) {
    case "opening":
      return whileOpening(state, input, around);
    case "waiting":
      return whileWaiting(state, input, around);
    case "ready":
      return whileReady(state, input, around);
    case "idle":
    case "closed":
      return input.kind === "connect"
        ? open({ first: true, failures: 0, lost: around.now, reason: null, renewing: false }, around)
        : stay(state);
  }
}

function whileOpening(state: In<"opening">, input: ConnectionInput, around: Surroundings): Transition {
  switch (input.kind) {
    case "opened":
      return stay(state, { kind: "greet" });
    case "welcomed":
      return stay(welcome(state, input, around));
    case "explained":
      return stay({ ...state, reason: ours(input.message) });
    case "failed":
      return input.final
        ? finish(ours(input.message), { kind: "abandon", code: CLOSE_NORMAL })
        : lose(state, ours(input.message), around, ABANDON);
    case "lost":
      return lose(state, { code: input.code, message: input.message }, around);
    case "tick":
      return around.now < state.until
        ? stay(state)
        : lose(state, ours("no answer to the greeting in time"), around, ABANDON);
    case "page":
      if (input.event === "away") return putAway(state, around);
      // What was begun on the old network would only time out.
      return input.event === "online" ? open(state, around, ABANDON, DOWN) : stay(state);
    default:
      return stay(state);
  }
}

function whileWaiting(state: In<"waiting">, input: ConnectionInput, around: Surroundings): Transition {
  const { now, random, hidden } = around;
  if (input.kind === "tick" && state.until !== null && now >= state.until) {
    return hidden ? stay({ ...state, until: null }) : open(state, around);
  }
  if (input.kind !== "page") return stay(state);
  switch (input.event) {
    case "away":
      return stay({ ...state, until: null });
    case "online":
    case "visible":
    case "back":
      return stay({ ...state, until: Math.min(state.until ?? Infinity, now + random() * HINT_MS) });
    default:
      return stay(state);
  }
}

function whileReady(state: In<"ready">, input: ConnectionInput, around: Surroundings): Transition {
  switch (input.kind) {
    case "heard":
      return stay({ ...state, heard: around.now, probe: Infinity });
    case "lost":
      return lose(state, { code: input.code, message: input.message }, around);
    case "renewed":
      return stay({ ...state, ...renewal(state.expires, input.ttl, around) });
    case "tick":
      return watch(state, around);
    case "page":
      // Whatever else a page tells: whether the connection survived it shows only when somebody asks.
      if (input.event === "away") return putAway(state, around);
      return input.event === "hidden" ? stay(state) : probe(state, around);
    default:
      return stay(state);
  }
}

function stay(state: ConnectionState, ...effects: readonly ConnectionEffect[]): Transition {
  return { state, effects };
}

/** What this side says of an end that has no code. */
function ours(message: string): CloseReason {
  return { code: 0, message };
}

function open(attempts: Attempts, { now }: Surroundings, ...before: readonly ConnectionEffect[]): Transition {
  return stay({ ...attempts, phase: "opening", until: now + OPENING_MS }, ...before, { kind: "open" });
}

function welcome(
  { failures }: { readonly failures: number },
  { quiet, patience, ttl }: Welcome,
  around: Surroundings,
): In<"ready"> {
  const { now } = around;
  const times = { since: now, heard: now, looked: now, probe: Infinity };
  return { phase: "ready", failures, quiet, patience, ...times, ...renewal(Infinity, ttl, around) };
}

/** When the next token is wanted: in good time after a success; after a failure halfway to the end of the present one. */
function renewal(
  expires: number,
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

function end(state: ConnectionState): Transition {
  if (state.phase === "closed") return stay(state);
  const isThere = state.phase === "opening" || state.phase === "ready";
  return finish(null, ...(isThere ? [{ kind: "abandon", code: CLOSE_NORMAL } as const] : []));
}

function finish(reason: CloseReason | null, ...before: readonly ConnectionEffect[]): Transition {
  return stay({ phase: "closed", reason }, ...before, { kind: "over", reason });
}

function lose(
  state: In<"opening" | "ready">,
  said: CloseReason,
  { now, random, renewable, hidden }: Surroundings,
  ...before: readonly ConnectionEffect[]
): Transition {
  const isOpening = state.phase === "opening";
  const stable = !isOpening && now - state.since >= STABLE_MS;
  const failures = stable ? 0 : state.failures + 1;
  const verdict = verdictOf(said.code, stable);
  const renewed = isOpening && state.renewing;
  // An `$error` before the close says more than the close's own few bytes.
  const message = (isOpening && said.message === "" && state.reason?.message) || said.message;
  const reason = { code: said.code, message };
  // Who has no other token, or has just shown a new one, would be refused again.
  if (verdict === "never" || (verdict === "token" && (renewed || !renewable))) return finish(reason, ...before);
  const exponent = verdict === "backoff" ? Math.max(failures, 1) : failures;
  const attempts: Attempts = {
    first: false,
    failures,
    lost: isOpening ? state.lost : now,
    reason,
    renewing: verdict === "token" || renewed,
  };
  const until = hidden ? null : now + backoffMs(exponent, random());
  return stay({ phase: "waiting", ...attempts, until }, ...before, { kind: "down", fresh: verdict === "fresh" });
}

/** A page that is put away must not hold a socket; it comes back with its positions. */
function putAway(state: In<"opening" | "ready">, { now }: Surroundings): Transition {
  const attempts: Attempts = {
    first: false,
    failures: state.failures,
    lost: state.phase === "opening" ? state.lost : now,
    reason: ours("the page was put away"),
    renewing: false,
  };
  return stay({ phase: "waiting", ...attempts, until: null }, ABANDON, DOWN);
}

/** What falls due while all is well; the first of it only, since the next tick follows at once. */
function watch(state: In<"ready">, around: Surroundings): Transition {
  const { now } = around;
  // The computer slept, or the page did: whether the connection survived shows only when somebody asks.
  if (now >= state.looked + 2 * WATCH_MS) return probe({ ...state, heard: now }, around);
  if (now >= state.probe) return lose(state, ours("the server fell silent"), around, ABANDON);
  if (state.probe === Infinity && now >= state.heard + state.quiet) {
    return stay({ ...state, looked: now, probe: state.heard + state.patience }, { kind: "probe" });
  }
  if (now >= state.renewAt) return stay({ ...state, renewAt: Infinity }, { kind: "renew" });
  return stay({ ...state, looked: now });
}

function probe(state: In<"ready">, { now }: Surroundings): Transition {
  const due = Math.min(state.probe, now + PROBE_MS);
  return stay({ ...state, looked: now, probe: due < now ? now + PROBE_MS : due }, { kind: "probe" });
}
