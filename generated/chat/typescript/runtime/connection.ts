/** The connection as a value: its states, what of them is shown, and what it asks its driver to do. */
/** Why the last connection ended. */
export interface CloseReason {
  /** The close code; 0 if no connection came about or this side gave it up. */
  readonly code: number;
  /** The server's words, or ours. */
  readonly message: string;
}

export type ConnectionStatus = "idle" | "connecting" | "ready" | "reconnecting" | "closed";

/** What an application shows about the connection. */
export interface ConnectionSnapshot {
  readonly status: ConnectionStatus;
  /** Whether it has been away for some seconds: most losses heal before anybody needs to be told. */
  readonly stalled: boolean;
  /** Tries since the connection was last good; 0 while it is. */
  readonly attempt: number;
  /** When the next try is due, as a time of the clock; `null` while none is planned. */
  readonly nextAttemptAt: number | null;
  /** Why the last connection ended; `null` while there is one, or has not been one. */
  readonly reason: CloseReason | null;
}

/** What is remembered from one try to the next. Times are those of the clock, in milliseconds. */
export interface Attempts {
  /** Whether it has not been tried before. */
  readonly first: boolean;
  readonly failures: number;
  /** When the connection was last good, or first wanted. */
  readonly lost: number;
  readonly reason: CloseReason | null;
  /** Before when the server does not want to see this client. */
  readonly earliest: number;
  /** Whether the server refused the last token: it is not asked for another one at once a second time. */
  readonly renewing: boolean;
}

export type ConnectionState =
  | { readonly phase: "idle" }
  /** A socket is opening, or the greeting is not answered yet; it is given up at `until`. */
  | (Attempts & { readonly phase: "opening"; readonly until: number })
  | (Ready & { readonly phase: "ready" })
  /** The next try is due at `until`; never by itself with `Infinity`, while the page is hidden or put away. */
  | (Attempts & { readonly phase: "waiting"; readonly until: number })
  | { readonly phase: "closed"; readonly reason: CloseReason | null };

/** Welcome. Deadlines that are not set are infinite. */
export interface Ready {
  readonly failures: number;
  readonly since: number;
  /** When the last frame came. After `quiet` without one the server is asked for a sign of life. */
  readonly heard: number;
  readonly quiet: number;
  /** Silence is tolerated for so long. */
  readonly patience: number;
  /** When the machine last looked at the clock: a gap behind it was a sleep. */
  readonly looked: number;
  /** A sign of life was asked for, and must come by then. */
  readonly probe: number;
  /** When a newer token is wanted, and when the present one ends. */
  readonly renewAt: number;
  readonly expires: number;
  /** When to move to another connection; the server is about to stop. */
  readonly moveAt?: number;
  /** Whether that connection is being made; it is given up at `moveAt`. */
  readonly moving?: boolean;
}

/** What the machine asks its driver to do, in this order, when it is in its next state. */
export type ConnectionEffect =
  | "open"
  | "greet"
  /** Ask the server for a sign of life. */
  | "probe"
  /** Get a newer token and show it on the open connection. */
  | "renew"
  /** Close the socket from this side and listen to it no more. */
  | "abandon"
  /** Positions are worth nothing any more. */
  | "forget"
  /** What rested on the connection is gone, and another is to come. */
  | "down"
  /** The connection is gone, and there will be no other. */
  | "over"
  /** Make another connection beside this one. */
  | "move"
  /** That one is given up, for now. */
  | "forsake"
  /** The connection is lost while another one is being made: that is the one to wait for. */
  | "promote"
  /** The connection beside is welcome: it is the connection from now on. */
  | "moved";

/** What the machine needs from outside. */
export interface Surroundings {
  readonly now: number;
  readonly random: () => number;
  /** Whether somebody can be asked for another token. */
  readonly renewable: boolean;
  /** Whether nobody looks at the page, so that a lost connection may wait. */
  readonly hidden: boolean;
}

export const IDLE: ConnectionState = { phase: "idle" };

/** A connection that is away for longer is worth a word to the user. */
export const STALLED_MS = 4_000;

/** How often the machine looks at the clock, to notice that the computer slept. */
export const WATCH_MS = 10_000;

/** When the machine wants its next tick, at `now`; `Infinity` while it waits for nothing. */
export function nextDeadline(state: ConnectionState, now: number): number {
  if (state.phase === "ready") {
    const { heard, quiet, probe, renewAt, moveAt = Infinity, looked } = state;
    return Math.min(probe === Infinity ? heard + quiet : probe, renewAt, moveAt, looked + WATCH_MS);
  }
  if (!("until" in state)) return Infinity;
  const stalled = state.lost + STALLED_MS;
  return now < stalled ? Math.min(state.until, stalled) : state.until;
}

/** What an application is shown of a state. */
export function connectionSnapshot(state: ConnectionState, now: number): ConnectionSnapshot {
  const isTrying = state.phase === "opening" || state.phase === "waiting";
  return {
    status: !isTrying ? state.phase : state.first ? "connecting" : "reconnecting",
    stalled: isTrying && now - state.lost >= STALLED_MS,
    attempt: isTrying ? state.failures : 0,
    nextAttemptAt: state.phase === "waiting" && state.until < Infinity ? state.until : null,
    reason: "reason" in state ? state.reason : null,
  };
}
