/** The connection as a value: its states, what can happen to it, and what it then asks its driver to do. */
import type { PageEvent } from "./browser-page.js";

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
  /** Whether the server refused the last token: it is not asked for another one at once a second time. */
  readonly renewing: boolean;
}

export type ConnectionState =
  | { readonly phase: "idle" }
  /** A socket is opening, or the greeting is not answered yet; it is given up at `until`. */
  | (Attempts & { readonly phase: "opening"; readonly until: number })
  | (Ready & { readonly phase: "ready" })
  /** The next try is due at `until`; never by itself with `null`, while the page is hidden or put away. */
  | (Attempts & { readonly phase: "waiting"; readonly until: number | null })
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

export type ConnectionInput =
  | { readonly kind: "connect" }
  | { readonly kind: "close" }
  | { readonly kind: "opened" }
  | { readonly kind: "heard" }
  /** `ttl` is in milliseconds; infinite where the identity has no end. */
  | { readonly kind: "welcomed"; readonly quiet: number; readonly patience: number; readonly ttl: number }
  /** The server said why it is about to close. */
  | { readonly kind: "explained"; readonly message: string }
  /** There is no token to greet with; `final`: and there will be none. */
  | { readonly kind: "failed"; readonly message: string; readonly final: boolean }
  | { readonly kind: "lost"; readonly code: number; readonly message: string }
  /** The newer token was taken (milliseconds), or was not (`null`). */
  | { readonly kind: "renewed"; readonly ttl: number | null }
  /** The server is about to stop: be gone within these milliseconds. */
  | { readonly kind: "drain"; readonly within: number }
  /** The connection that was to follow could not be made. */
  | { readonly kind: "stranded" }
  | { readonly kind: "page"; readonly event: PageEvent }
  | { readonly kind: "tick" };

export type ConnectionEffect =
  | { readonly kind: "open" }
  | { readonly kind: "greet" }
  /** Ask the server for a sign of life. */
  | { readonly kind: "probe" }
  /** Get a newer token and show it on the open connection. */
  | { readonly kind: "renew" }
  /** Make another connection beside this one. */
  | { readonly kind: "move" }
  /** That one is given up, for now. */
  | { readonly kind: "forsake" }
  /** The connection is lost while another one is being made: that is the one to wait for. */
  | { readonly kind: "promote" }
  /** The connection beside is welcome: it is the connection from now on. */
  | { readonly kind: "moved" }
  /** Close the socket from this side and listen to it no more. */
  | { readonly kind: "abandon"; readonly code: number }
  /** What rested on the connection is gone, and another is to come; `fresh` says that positions are worth nothing any more. */
  | { readonly kind: "down"; readonly fresh: boolean }
  /** The connection is gone, and there will be no other. */
  | { readonly kind: "over"; readonly reason: CloseReason | null };

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

/** When the machine wants its next tick, at `now`; `null` while it waits for nothing. */
export function nextDeadline(state: ConnectionState, now: number): number | null {
  switch (state.phase) {
    case "opening":
    case "waiting": {
      const stalled = state.lost + STALLED_MS;
      return now < stalled ? Math.min(state.until ?? stalled, stalled) : state.until;
    }
    case "ready": {
      const { heard, quiet, probe, renewAt, moveAt = Infinity, looked } = state;
      const silent = probe === Infinity ? heard + quiet : probe;
      return Math.min(silent, renewAt, moveAt, looked + WATCH_MS);
    }
    case "idle":
    case "closed":
      return null;
  }
}

/** What an application is shown of a state. */
export function connectionSnapshot(state: ConnectionState, now: number): ConnectionSnapshot {
  const calm = { stalled: false, attempt: 0, nextAttemptAt: null, reason: null };
  switch (state.phase) {
    case "idle":
    case "ready":
      return { ...calm, status: state.phase };
    case "closed":
      return { ...calm, status: "closed", reason: state.reason };
    case "opening":
    case "waiting":
      return {
        status: state.first ? "connecting" : "reconnecting",
        stalled: now - state.lost >= STALLED_MS,
        attempt: state.failures,
        nextAttemptAt: state.phase === "waiting" ? state.until : null,
        reason: state.reason,
      };
  }
}
