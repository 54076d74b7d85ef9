/**
 * One client's membership in one channel, as a pure machine: who is in, up to where it has heard, and when to try
 * again. It knows no sockets; `online` says whether there is a connection to send on.
 *
 * The ref of a join is its generation. Whatever carries an older one is about a membership that is over.
 */
import { STABLE_MS, backoffMs } from "./backoff.js";
import type { Verdict } from "./codes.js";
import { RealtimeError } from "./errors.js";

/** A join must be answered within this time. */
const JOINING_MS = 10_000;
const UNANSWERED: RealtimeError = new RealtimeError("timeout", "the join was not answered in time");

/** How far a client has heard a channel's recorded events. */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
}

export interface Membership {
  /** `away`: wanted, without a connection. `paused`: wanted, to be tried at `until`. */
  readonly phase: "detached" | "away" | "joining" | "paused" | "joined" | "failed";
  readonly generation: number;
  readonly position: Position | null;
  /** Missed events that are still to come after a rejoin, and the position that holds after the last of them. */
  readonly replay: { readonly left: number; readonly top: number } | null;
  /** Whether it was joined before, so that a join without recovery is a loss. */
  readonly known: boolean;
  readonly recovered: boolean | null;
  readonly error: RealtimeError | null;
  /** Whether the server counts it in though it is paused: it may send, and hears nothing until it has joined again. */
  readonly counted: boolean;
  /** Whether it waits for a newer token. */
  readonly renewing: boolean;
  readonly failures: number;
  readonly since: number;
  readonly until: number;
}

/** A membership of which an event may move the position. */
type Heard = Omit<Membership, "position" | "replay"> & {
  position: Membership["position"];
  replay: Membership["replay"];
};

export type MembershipInput =
  /** `since`: how far somebody has heard it before, in another life of the page. */
  | { readonly kind: "attach"; readonly since?: Position | null }
  | { readonly kind: "detach" }
  | { readonly kind: "online" }
  | { readonly kind: "offline"; readonly fresh: boolean }
  | { readonly kind: "over"; readonly error: RealtimeError }
  | { readonly kind: "joined"; readonly generation: number; readonly answer: JoinAnswer }
  | {
      readonly kind: "refused";
      readonly generation: number;
      readonly error: RealtimeError;
      readonly retryable: boolean;
      readonly retryAfter: number | null;
    }
  | { readonly kind: "left"; readonly generation: number; readonly again: Verdict; readonly error: RealtimeError }
  /** `after` is in seconds. */
  | { readonly kind: "resync"; readonly after: number }
  /** A join has left for another connection, which is the connection from now on. */
  | { readonly kind: "asked"; readonly generation: number }
  /** It was joined on another connection, and is there from now on. */
  | { readonly kind: "transferred"; readonly generation: number; readonly answer: JoinAnswer }
  /** A newer token was taken. */
  | { readonly kind: "renewed" }
  | { readonly kind: "tick" };

/** The content of a `$joined` frame. */
export interface JoinAnswer {
  readonly epoch: string;
  readonly offset: number;
  readonly recovered: boolean;
  readonly reason: string;
  readonly replay: number;
  readonly presence?: unknown;
}

export type MembershipEffect =
  | { readonly kind: "join"; readonly ref: number }
  | { readonly kind: "leave" }
  /** Ask for a newer token: the server wants one before it lets this client in again. */
  | { readonly kind: "renew" }
  | { readonly kind: "resync"; readonly reason: string };

export interface ChannelSurroundings {
  readonly now: number;
  readonly random: () => number;
  readonly nextRef: () => number;
  readonly online: boolean;
  /** Whether somebody can be asked for another token. */
  readonly renewable: boolean;
}

export interface Step {
  readonly state: Membership;
  readonly effects: readonly MembershipEffect[];
}

export const DETACHED: Membership = {
  phase: "detached",
  generation: 0,
  position: null,
  replay: null,
  known: false,
  recovered: null,
  error: null,
  counted: false,
  renewing: false,
  failures: 0,
  since: 0,
  until: 0,
};

export function step(state: Membership, input: MembershipInput, around: ChannelSurroundings): Step {
  switch (input.kind) {
    case "attach": {
      const { since = null } = input;
      const isOut = state.phase === "detached" || state.phase === "failed";
      return isOut ? enter({ ...DETACHED, position: since, known: since !== null }, around) : stay(state);
    }
    case "detach":
      return { state: DETACHED, effects: isThere(state) && around.online ? [{ kind: "leave" }] : [] };
    case "online":
      return state.phase === "away" ? enter(state, around) : stay(state);
    case "offline": {
      const position = input.fresh ? null : state.position;
      return stay(isThere(state) ? at("away", state, { position }) : { ...state, position });
    }
    case "over":
      return state.phase === "detached" ? stay(state) : fail(input.error);
    case "joined":
      return isAsked(state, input) ? arrive(state, input.answer, around) : stay(state);
    case "refused":
      return isAsked(state, input) ? refuse(state, input, around) : stay(state);
    case "left":
      return isThere(state) && state.generation === input.generation ? putOut(state, input, around) : stay(state);
    case "resync": {
      const until = around.now + around.random() * input.after * 1000;
      return stay(state.phase === "joined" ? at("paused", state, { counted: true, until }) : state);
    }
    case "asked": {
      const until = around.now + JOINING_MS;
      return stay(state.phase === "away" ? at("joining", state, { generation: input.generation, until }) : state);
    }
    case "transferred":
      return arrive({ ...state, generation: input.generation }, input.answer, around);
    case "renewed":
      return state.phase === "paused" && state.renewing ? enter(state, around) : stay(state);
    case "tick":
      if (around.now < state.until) return stay(state);
      if (state.phase === "joining") return tryLater({ ...state, error: UNANSWERED }, around);
      return state.phase === "paused" ? enter(state, around) : stay(state);
  }
}

/** When the machine wants its next tick. */
export function nextTry(state: Membership): number | null {
  return state.phase === "paused" || state.phase === "joining" ? state.until : null;
}

function stay(state: Membership): Step {
  return { state, effects: [] };
}

/** A membership in another phase: what belonged to the one before is over. */
function at(phase: Membership["phase"], state: Membership, changes?: Partial<Membership>): Membership {
  return { ...state, counted: false, renewing: false, replay: null, phase, ...changes };
}

function fail(error: RealtimeError): Step {
  return stay({ ...DETACHED, phase: "failed", error });
}

/** Whether the server counts this client in, or will when it reads what was sent. */
function isThere({ phase }: Membership): boolean {
  return phase === "joining" || phase === "joined" || phase === "paused";
}

function isAsked(state: Membership, { generation }: { readonly generation: number }): boolean {
  return state.phase === "joining" && state.generation === generation;
}

function enter(state: Membership, { online, nextRef, now }: ChannelSurroundings): Step {
  if (!online) return stay(at("away", state));
  const ref = nextRef();
  return {
    state: at("joining", state, { generation: ref, until: now + JOINING_MS }),
    effects: [{ kind: "join", ref }],
  };
}

function arrive(state: Membership, answer: JoinAnswer, { now }: ChannelSurroundings): Step {
  const { epoch, offset, replay } = answer;
  const caughtUp = answer.recovered && state.position !== null;
  const catchingUp = caughtUp && replay > 0 && state.position.offset < offset;
  const next = at("joined", state, {
    // While missed events are still to come the position is what was heard, not what the server has.
    position: { epoch, offset: catchingUp ? state.position.offset : offset },
    replay: catchingUp ? { left: replay, top: offset } : null,
    known: true,
    recovered: state.known ? caughtUp : null,
    error: null,
    failures: 0,
    since: now,
  });
  const lost = state.known && !caughtUp;
  return { state: next, effects: lost ? [{ kind: "resync", reason: answer.reason || "invalidated" }] : [] };
}

/**
 * An event has come: says whether it is delivered. Moves the position, and the number of those that are still to come,
 * in place: nothing else of a membership changes, and this happens for every event.
 */
export function hear(state: Heard, offset: number): boolean {
  const { phase, position, replay } = state;
  if (phase !== "joined") return false;
  if (offset === 0 || position === null) return true;
  if (offset <= position.offset) return false;
  const isLast = replay !== null && (replay.left <= 1 || offset >= replay.top);
  state.position = { epoch: position.epoch, offset: isLast ? Math.max(offset, replay.top) : offset };
  if (replay !== null) state.replay = isLast ? null : { left: replay.left - 1, top: replay.top };
  return true;
}

function refuse(
  state: Membership,
  { error, retryable, retryAfter }: Extract<MembershipInput, { kind: "refused" }>,
  around: ChannelSurroundings,
): Step {
  return retryable ? tryLater({ ...state, error }, around, (retryAfter ?? 0) * 1000) : fail(error);
}

function tryLater(state: Membership, { now, random }: ChannelSurroundings, least = 0): Step {
  const failures = state.failures + 1;
  const until = now + Math.max(least, backoffMs(failures, random()));
  return stay(at("paused", state, { failures, until }));
}

function putOut(
  state: Membership,
  { again, error }: Extract<MembershipInput, { kind: "left" }>,
  { now, random, renewable }: ChannelSurroundings,
): Step {
  const renewing = again === "token";
  if (again === "never" || (renewing && !renewable)) return fail(error);
  const stable = state.phase === "joined" && now - state.since >= STABLE_MS;
  const failures = stable ? 0 : state.failures + 1;
  const position = again === "fresh" ? null : state.position;
  const paused = at("paused", state, { position, failures, renewing });
  // Nothing would come of trying before there is another token; this is for when there will be none.
  if (renewing) return { state: { ...paused, until: now + JOINING_MS }, effects: [{ kind: "renew" }] };
  const exponent = again === "backoff" ? Math.max(failures, 1) : failures;
  return stay({ ...paused, error, until: now + backoffMs(exponent, random()) });
}
