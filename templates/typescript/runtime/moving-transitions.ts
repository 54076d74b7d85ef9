/** The rules of the connection while it moves: those of `transitions.ts`, and what a draining server adds to them. */
import { STABLE_MS, backoffMs } from "./backoff.js";
import { REPLACED, verdictOf } from "./codes.js";
import type { Attempts, ConnectionEffect, ConnectionInput, ConnectionState, Surroundings } from "./connection.js";
import type { Rules } from "./link.js";
import type { Transition } from "./transitions.js";

/** The connection that is to follow must be welcome, with all its channels, within this time. */
const MOVING_MS = 10_000;

type ReadyState = Extract<ConnectionState, { readonly phase: "ready" }>;

export function movingTransition(
  state: ConnectionState,
  input: ConnectionInput,
  around: Surroundings,
  transition: Rules,
): Transition {
  if (state.phase !== "ready") return transition(state, input, around);
  const { moving = false, moveAt = Infinity } = state;
  switch (input.kind) {
    case "drain":
      return moveAt === Infinity
        ? stay({ ...state, moveAt: around.now + around.random() * input.within })
        : stay(state);
    case "stranded":
      return moving ? later(state, around) : stay(state);
    case "welcomed":
      return moving ? stay(welcome(state, input, around, transition), { kind: "moved" }) : stay(state);
    case "lost": {
      const isEnd = verdictOf(input.code, false) === "never" && input.code !== REPLACED;
      return moving && !isEnd ? promote(state, input, around) : transition(state, input, around);
    }
    case "tick": {
      const next = transition(state, input, around);
      const isDue = next.effects.length === 0 && around.now >= moveAt;
      return isDue ? move(state, around) : next;
    }
    default:
      return transition(state, input, around);
  }
}

function move(state: ReadyState, around: Surroundings): Transition {
  if (state.moving === true) return later(state, around);
  return stay({ ...state, moving: true, moveAt: around.now + MOVING_MS }, { kind: "move" });
}

/** Nothing came of it; it is tried again. */
function later(state: ReadyState, { now, random }: Surroundings): Transition {
  return stay({ ...state, moving: false, moveAt: now + backoffMs(1, random()) }, { kind: "forsake" });
}

/** The connection is lost while another one is being made: that is the one to wait for. */
function promote(
  { since, failures, moveAt = 0 }: ReadyState,
  { code, message }: Extract<ConnectionInput, { readonly kind: "lost" }>,
  { now }: Surroundings,
): Transition {
  const attempts: Attempts = {
    first: false,
    failures: now - since >= STABLE_MS ? 0 : failures + 1,
    lost: now,
    reason: { code, message },
    renewing: false,
  };
  return stay({ phase: "opening", ...attempts, until: moveAt }, { kind: "promote" });
}

/** The state after a welcome does not depend on how the connection was made. */
function welcome(
  { failures }: ReadyState,
  input: ConnectionInput,
  around: Surroundings,
  transition: Rules,
): ConnectionState {
  const made = { first: false, failures, lost: 0, reason: null, renewing: false, until: 0 };
  return transition({ phase: "opening", ...made }, input, around).state;
}

function stay(state: ConnectionState, ...effects: readonly ConnectionEffect[]): Transition {
  return { state, effects };
}
