/** What a user may say when making a client. */
import type { Clock } from "./clock.js";
import type { ListenerFailure } from "./emitter.js";
import type { RequestError } from "./errors.js";
import type { Issue } from "./issues.js";
import type { SocketFactory } from "./transport.js";

/** A message from the server that breaks the contract. No listener saw it. */
export interface InvalidEvent {
  readonly tag: string;
  /** Empty for the answer to a request, which has none of its own. */
  readonly address: string;
  readonly issues: readonly Issue[];
}

/** A frame that this client does not know: the server is newer, or not ours. */
export interface UnknownFrame {
  readonly kind: "protocol" | "event" | "malformed";
  readonly tag: string;
}

export interface ClientOptions {
  /** `ws://` or `wss://`. */
  readonly url: string;
  /**
   * Says to the server who this is: a token, or a function that gets one. A function is asked before each connection, and
   * once more when the server wants a newer token; a plain string can't be renewed, so the client then closes.
   */
  readonly token?: string | (() => Promise<string>);
  /** Names this client object to the server across its reconnects; made up by default. */
  readonly client?: string;
  /** Opens connections; the platform's WebSocket by default. */
  readonly socket?: SocketFactory;
  readonly clock?: Clock;
  /** From 0 up to, not including, 1; `Math.random` by default. */
  readonly random?: () => number;
  /** How long a channel stays joined after its last holder let go, in milliseconds. @default 200 */
  readonly lingerMs?: number;
  /** Which messages are checked against the contract. @default both */
  readonly validate?: { readonly incoming?: boolean; readonly outgoing?: boolean };
  /** Told about each message from the server that breaks the contract. */
  readonly onInvalid?: (event: InvalidEvent) => void;
  /** Told about each frame this client does not know. */
  readonly onUnknown?: (frame: UnknownFrame) => void;
  /** Told about what the server found wrong with a message that wanted no answer. */
  readonly onError?: (error: RequestError) => void;
  /** Told about what listeners throw; by default it surfaces as an uncaught error. */
  readonly onListenerError?: ListenerFailure;
}
