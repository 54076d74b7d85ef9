/**
 * One client's membership in one channel, as a pure machine: who is in, up to where it has heard, and when to try
 * again. What can happen to it is a function from its state to the next one and its effects. It knows no sockets;
 * `online` says whether there is a connection to send on.
 *
 * The ref of a join is its generation. Whatever carries an older one is about a membership that is over.
 */
import { STABLE_MS, backoffMs, waitMs } from "./backoff.js";
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
  /** Why what was missed could not be brought back by the last join; empty where it was, or nothing was missed. */
  readonly loss: string;
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

/** The content of a `$joined` frame. */
export interface JoinAnswer {
  readonly epoch: string;
  readonly offset: number;
  readonly replay?: number;
  readonly recovered?: unknown;
  readonly reason?: unknown;
}

/** What the machine asks its driver to do, in this order, when it is in its next state. */
export type MembershipEffect =
  /** Ask for the channel; the ref is the generation. */
  | "join"
  | "leave"
  /** Ask for a newer token: the server wants one before it lets this client in again. */
  | "renew"
  /** The join was answered. */
  | "arrived"
  /** Continuity was lost: `loss` says why. */
  | "resync";

export interface ChannelSurroundings {
  readonly now: number;
  readonly random: () => number;
  readonly nextRef: () => number;
  readonly online: boolean;
  /** Whether somebody can be asked for another token. */
  readonly renewable: boolean;
}

export type Step = readonly [Membership, ...MembershipEffect[]];

/** Something that happens to a membership. */
export type Occurrence = (state: Membership, around: ChannelSurroundings) => Step;

export const DETACHED: Membership = {
  phase: "detached",
  generation: 0,
  position: null,
  replay: null,
  known: false,
  recovered: null,
  loss: "",
  error: null,
  counted: false,
  renewing: false,
  failures: 0,
  since: 0,
  until: 0,
};

/** `since`: how far somebody has heard it before, in another life of the page. */
export const attach =
  (since: Position | null = null): Occurrence =>
  (state, around) =>
    isOut(state) ? enter({ ...DETACHED, position: since, known: since !== null }, around) : [state];

export const detach: Occurrence = (state, { online }) => (isThere(state) && online ? [DETACHED, "leave"] : [DETACHED]);

/** There is a connection, with a greeting on it. */
export const goOnline: Occurrence = (state, around) => (state.phase === "away" ? enter(state, around) : [state]);

export const goOffline: Occurrence = (state) => [isThere(state) ? at("away", state) : state];

/** The position is worth nothing any more. */
export const forget: Occurrence = (state) => [{ ...state, position: null }];

/** There will be no other connection. */
export const end =
  (error: RealtimeError): Occurrence =>
  (state) => [state.phase === "detached" ? state : fail(error)];

/** The answer to a join. */
export const joined =
  (generation: number, answer: JoinAnswer): Occurrence =>
  (state, around) =>
    isAsked(state, generation) ? transferred(generation, answer)(state, around) : [state];

/** It was joined on another connection, and is there from now on. */
export const transferred =
  (generation: number, { epoch, offset, replay = 0, recovered, reason }: JoinAnswer): Occurrence =>
  (state, { now }) => {
    const { known, position, phase } = state;
    const caughtUp = recovered === true && position !== null;
    const catchingUp = caughtUp && replay > 0 && position.offset < offset;
    // What the connection before delivered since the join was sent there comes again here.
    const isAhead = caughtUp && phase === "joined" && position.offset > offset;
    const isLost = known && !caughtUp;
    const next = at("joined", state, {
      generation,
      // While missed events are still to come the position is what was heard, not what the server has.
      position: { epoch, offset: catchingUp || isAhead ? position.offset : offset },
      replay: catchingUp ? { left: replay, top: offset } : null,
      known: true,
      recovered: known ? caughtUp : null,
      loss: typeof reason === "string" && reason !== "" ? reason : "invalidated",
      error: null,
      failures: 0,
      since: now,
    });
    return isLost ? [next, "arrived", "resync"] : [next, "arrived"];
  };

/** The join was refused: for good, or for at least so many seconds. */
export const refused =
  (generation: number, error: RealtimeError, wait: number | null): Occurrence =>
  (state, around) => {
    if (!isAsked(state, generation)) return [state];
    return [wait === null ? fail(error) : tryLater({ ...state, error }, around, wait * 1000)];
  };

/** The server ended the membership. */
export const left =
  (generation: number, again: Verdict, error: RealtimeError): Occurrence =>
  (state, { now, random, renewable }) => {
    if (!isThere(state) || state.generation !== generation) return [state];
    const renewing = again === "token";
    if (again === "never" || (renewing && !renewable)) return [fail(error)];
    const stable = state.phase === "joined" && now - state.since >= STABLE_MS;
    const failures = stable ? 0 : state.failures + 1;
    const position = again === "fresh" ? null : state.position;
    const paused = at("paused", state, { position, failures, renewing });
    // Nothing would come of trying before there is another token; this is for when there will be none.
    if (renewing) return [{ ...paused, until: now + JOINING_MS }, "renew"];
    return [{ ...paused, error, until: now + waitMs(again, failures, random()) }];
  };

/** Continuity was lost: it is to be joined again, at some moment of the next `after` seconds. */
export const resync =
  (after: number): Occurrence =>
  (state, { now, random }) => {
    const until = now + random() * after * 1000;
    return [state.phase === "joined" ? at("paused", state, { counted: true, until }) : state];
  };

/** A join has left for another connection, which is the connection from now on. */
export const asked =
  (generation: number): Occurrence =>
  (state, { now }) => [state.phase === "away" ? at("joining", state, { generation, until: now + JOINING_MS }) : state];

/** A newer token was taken. */
export const renewed: Occurrence = (state, around) => (state.renewing ? enter(state, around) : [state]);

export const tick: Occurrence = (state, around) => {
  if (around.now < nextTry(state)) return [state];
  return state.phase === "paused" ? enter(state, around) : [tryLater({ ...state, error: UNANSWERED }, around)];
};

/** When the machine wants its next tick. */
export function nextTry(state: Membership): number {
  return state.phase === "paused" || state.phase === "joining" ? state.until : Infinity;
}

/** Nobody wants to be in, or nobody is let in. */
export function isOut({ phase }: Membership): boolean {
  return phase === "detached" || phase === "failed";
}

/** A membership in another phase: what belonged to the one before is over. */
function at(phase: Membership["phase"], state: Membership, changes?: Partial<Membership>): Membership {
  return { ...state, counted: false, renewing: false, replay: null, phase, ...changes };
}

export function fail(error: RealtimeError): Membership {
  return { ...DETACHED, phase: "failed", error };
}

/** Whether the server counts this client in, or will when it reads what was sent. */
function isThere({ phase }: Membership): boolean {
  return phase === "joining" || phase === "joined" || phase === "paused";
}

function isAsked(state: Membership, generation: number): boolean {
  return state.phase === "joining" && state.generation === generation;
}

function enter(state: Membership, { online, nextRef, now }: ChannelSurroundings): Step {
  if (!online) return [at("away", state)];
  return [at("joining", state, { generation: nextRef(), until: now + JOINING_MS }), "join"];
}

function tryLater(state: Membership, { now, random }: ChannelSurroundings, least = 0): Membership {
  const failures = state.failures + 1;
  return at("paused", state, { failures, until: now + Math.max(least, backoffMs(failures, random())) });
}

/**
 * An event has come: says whether it is delivered. Moves the position, and the number of those that are still to come,
 * in place: nothing else of a membership changes, and this happens for every event.
 */
export function hear(state: Heard, offset: number): boolean {
  const { phase, position, replay } = state;
  if (phase !== "joined") return false;
  if (offset === 0 || !position) return true;
  if (offset <= position.offset) return false;
  const isLast = replay && (replay.left <= 1 || offset >= replay.top);
  state.position = { epoch: position.epoch, offset: isLast ? Math.max(offset, replay.top) : offset };
  if (replay) state.replay = isLast ? null : { left: replay.left - 1, top: replay.top };
  return true;
}
