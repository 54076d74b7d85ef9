/** The rules of the connection while it moves: those of `transitions.ts`, and what a draining server adds to them. */
import { STABLE_MS, backoffMs } from "./backoff.js";
import { REPLACED, verdictOf } from "./codes.js";
import type { Attempts, ConnectionInput, ConnectionState, Surroundings } from "./connection.js";
import { OPENING_MS, type Transition, stay, transition, welcome } from "./transitions.js";

type ReadyState = Extract<ConnectionState, { readonly phase: "ready" }>;

export function movingTransition(state: ConnectionState, input: ConnectionInput, around: Surroundings): Transition {
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
      return moving ? stay(welcome(state, input, around), { kind: "moved" }) : stay(state);
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
  return stay({ ...state, moving: true, moveAt: around.now + OPENING_MS }, { kind: "move" });
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
