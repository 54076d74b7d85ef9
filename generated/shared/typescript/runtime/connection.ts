/** The connection as a value: its states, what can happen to it, and what it then asks its driver to do. */

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
  /** Tries since the connection was last good; 0 while it is. */
  readonly attempt: number;
  /** Why the last connection ended; `null` while there is one, or has not been one. */
  readonly reason: CloseReason | null;
}

/** Times are those of the clock, in milliseconds. */
export type ConnectionState =
  | { readonly phase: "idle" }
  /** A socket is opening, or the greeting is not answered yet; it is given up at `until`. */
  | {
      readonly phase: "opening";
      readonly failures: number;
      readonly until: number;
      readonly reason: CloseReason | null;
      /** Whether the server refused the token before: it is not asked for another one twice. */
      readonly renewing: boolean;
    }
  /** Welcome. `heard` is when the last frame came; silence is tolerated for `patience`. */
  | {
      readonly phase: "ready";
      readonly failures: number;
      readonly since: number;
      readonly heard: number;
      readonly patience: number;
    }
  /** The next try is due at `until`. */
  | {
      readonly phase: "waiting";
      readonly failures: number;
      readonly until: number;
      readonly reason: CloseReason;
      readonly renewing: boolean;
    }
  | { readonly phase: "closed"; readonly reason: CloseReason | null };

export type ConnectionInput =
  | { readonly kind: "connect" }
  | { readonly kind: "close" }
  | { readonly kind: "opened" }
  | { readonly kind: "heard" }
  | { readonly kind: "welcomed"; readonly patience: number }
  /** The server said why it is about to close. */
  | { readonly kind: "explained"; readonly message: string }
  /** There is no token to greet with. */
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "lost"; readonly code: number; readonly message: string }
  | { readonly kind: "tick" };

export type ConnectionEffect =
  | { readonly kind: "open" }
  | { readonly kind: "greet" }
  | { readonly kind: "ready" }
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
}

export const IDLE: ConnectionState = { phase: "idle" };

/** When the machine wants its next tick; `null` while it waits for nothing. */
export function nextDeadline(state: ConnectionState): number | null {
  switch (state.phase) {
    case "opening":
    case "waiting":
      return state.until;
    case "ready":
      return state.heard + state.patience;
    case "idle":
    case "closed":
      return null;
  }
}

/** What an application is shown of a state. */
export function connectionSnapshot(state: ConnectionState): ConnectionSnapshot {
  switch (state.phase) {
    case "idle":
      return { status: "idle", attempt: 0, reason: null };
    case "opening":
      return {
        status: state.reason === null ? "connecting" : "reconnecting",
        attempt: state.failures,
        reason: state.reason,
      };
    case "ready":
      return { status: "ready", attempt: 0, reason: null };
    case "waiting":
      return { status: "reconnecting", attempt: state.failures, reason: state.reason };
    case "closed":
      return { status: "closed", attempt: 0, reason: state.reason };
  }
}
