/** The rules of the connection while it moves: those of the link alone, and what a draining server adds to them. */
import type { CLOSE_CODES } from "./codes.js";
import type { ConnectionEffect, ConnectionState, Surroundings } from "./connection.js";
import type { Happening, Rules, Transition } from "./transitions.js";

/** The connection that is to follow must be welcome, with all its channels, within this time. */
const MOVING_MS = 10_000;
/** If nothing came of it, it is tried again within this time. */
const LATER_MS = 1_000;

const STOPPING: (typeof CLOSE_CODES)["stopping"] = 4000;
const REPLACED: (typeof CLOSE_CODES)["replaced"] = 4010;

type ReadyState = Extract<ConnectionState, { readonly phase: "ready" }>;

/** The server is about to stop: be gone within these milliseconds. */
export const drain =
  (within: number): Happening =>
  (state, { now, random }) =>
    state.phase === "ready" && state.moveAt === undefined ? [{ ...state, moveAt: now + random() * within }] : [state];

/** The connection that was to follow could not be made; the server wants to see this client in `wait` milliseconds. */
export const stranded =
  (wait: number): Happening =>
  (state, around) =>
    isMoving(state) ? later(state, around, wait) : [state];

/** `alone` are the rules of the link. */
export function movingRules(alone: Rules): Rules {
  return {
    tick: (state, around) => {
      const next = alone.tick(state, around);
      if (next.length > 1 || state.phase !== "ready" || around.now < (state.moveAt ?? Infinity)) return next;
      if (state.moving === true) return later(state, around);
      return [{ ...state, moving: true, moveAt: around.now + MOVING_MS }, "move"];
    },

    welcomed: (quiet, patience, ttl) => (state, around) => {
      const welcomed = alone.welcomed(quiet, patience, ttl);
      if (state.phase !== "ready") return welcomed(state, around);
      if (state.moving !== true) return [state];
      // The state after a welcome does not depend on how the connection was made.
      const { failures } = state;
      const made = { first: false, failures, lost: 0, reason: null, earliest: 0, renewing: false, until: 0 };
      return [welcomed({ phase: "opening", ...made }, around)[0], "moved"];
    },

    lost: (code, message) => (state, around) => {
      if (!isMoving(state)) return alone.lost(code, message)(state, around);
      // Who has replaced the old connection is the new one.
      const next = alone.lost(code === REPLACED ? STOPPING : code, message)(state, around);
      const [after] = next;
      if (after.phase !== "waiting") return next;
      // The connection is lost while another one is being made: that is the one to wait for.
      const { moveAt: until = 0 } = state;
      return [{ ...after, phase: "opening", reason: { code, message }, renewing: false, until }, "promote"];
    },
  };
}

function isMoving(state: ConnectionState): state is ReadyState {
  return state.phase === "ready" && state.moving === true;
}

/** Nothing came of it; it is tried again. */
function later(state: ReadyState, { now, random }: Surroundings, least = 0): Transition {
  const forsake: ConnectionEffect = "forsake";
  return [{ ...state, moving: false, moveAt: now + Math.max(least, random() * LATER_MS) }, forsake];
}
