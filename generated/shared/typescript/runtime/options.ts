/** What a user may say when making a client. */
import type { Check } from "./checks.js";
import type { Clock } from "./clock.js";
import type { ListenerFailure } from "./emitter.js";
import type { DisconnectedError, RequestError } from "./errors.js";
import type { Issue } from "./issues.js";
import type { MovingFeature } from "./moving-feature.js";
import type { Page } from "./browser-page.js";
import type { QueueLimits } from "./queue-feature.js";
import type { TokenOption } from "./tokens.js";
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

/** Sees what travels: the frames as text, and what this client makes of them. */
export interface Tap {
  /** `check` judges an event's payload, and knows what of it is sensitive. */
  frame(direction: "in" | "out", text: string, check: (tag: string) => Check | null): void;
  /** Milliseconds from a ping to its pong. */
  latency?(milliseconds: number): void;
  /** Whether to measure it at each heartbeat. */
  readonly measures?: boolean;
}

export interface ClientOptions {
  /** `ws://` or `wss://`. */
  readonly url: string;
  /**
   * Says to the server who this is: a token, or a function that gets one. A function is asked before each connection,
   * before the token ends, and when the server wants a newer one; it throws `UnauthorizedError` where nobody is signed
   * in. A plain string can't be renewed, so the client closes when the server wants another.
   */
  readonly token?: TokenOption;
  /** Names this client object to the server across its reconnects; made up by default. */
  readonly client?: string;
  /** Opens connections; the platform's WebSocket by default. */
  readonly socket?: SocketFactory;
  readonly clock?: Clock;
  /** Tells of the network and of who looks; `null` for nobody. The browser's page by default, where there is one. */
  readonly page?: Page | null;
  /** `"keep"` comes back from a lost connection also while the page is hidden. @default "wait" */
  readonly background?: "wait" | "keep";
  /** Origins, such as `wss://eu.example.com`, that the server may send this client to. @default its own only */
  readonly allowedOrigins?: readonly string[];
  /**
   * Moves to another connection without a gap when a server is about to stop. Loaded when that happens, by default;
   * where nothing can be loaded later hand in `makeBeforeBreak` of `runtime/moving.js`.
   */
  readonly moving?: MovingFeature;
  /** How much may wait for its channel to be joined, of events with `offline: queue`. */
  readonly queue?: QueueLimits;
  /** Prints each frame to the console, without what the contract calls sensitive; or hands them to a log of yours. */
  readonly debug?: boolean | Tap;
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
  /** Told about each event that waited for its channel in vain. */
  readonly onDropped?: (error: DisconnectedError) => void;
  /** Told about what listeners throw; by default it surfaces as an uncaught error. */
  readonly onListenerError?: ListenerFailure;
}
