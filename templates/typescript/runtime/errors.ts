/** Everything the client throws, rejects with or shows as an error. Match on `code` or with `instanceof`. */
import type { Issue } from "./issues.js";

/** The base of them all. */
export class RealtimeError extends Error {
  override readonly name: string = "RealtimeError";
  /** Stable and made for programs; the message is made for people and may change. */
  readonly code: string;

  /** `details` become properties of the error. */
  constructor(code: string, message: string, details?: object) {
    super(`${message} [${code}]`);
    this.code = code;
    Object.assign(this, details);
  }
}

/** A payload breaks the contract. It was not sent, or, if it came in, no listener saw it. */
export class InvalidPayloadError extends RealtimeError {
  override readonly name = "InvalidPayloadError";
  declare readonly code: "invalid";
  /** Tag of the event or request, such as `room.send`. */
  declare readonly tag: string;
  declare readonly issues: readonly Issue[];

  constructor(tag: string, issues: readonly Issue[]) {
    super("invalid", `${tag}: ${issues.map(describe).join("; ")}`, { tag, issues });
  }
}

/** The server answered a request with an error: one the contract declares, or one of the protocol's own. */
export class RequestError<Code extends string = string, Data = unknown> extends RealtimeError {
  override readonly name = "RequestError";
  declare readonly code: Code;
  /** What the contract says this error carries; checked before it gets here. */
  declare readonly data: Data;
  /** Whether the same request may succeed later. */
  declare readonly retryable: boolean;
  /** Seconds to wait before another try, where the server said so. */
  declare readonly retryAfter: number | null;

  /** Without this, TypeScript would narrow `instanceof` to a code and data of type `any`. */
  declare static [Symbol.hasInstance]: (value: unknown) => value is RequestError;

  constructor({ code, message, data, retryable, retryAfter }: ErrorAnswer<Code, Data>) {
    super(code, message, { data, retryable, retryAfter });
  }
}

/** The content of an `$error` frame. */
export interface ErrorAnswer<Code extends string = string, Data = unknown> {
  readonly code: Code;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfter: number | null;
  readonly data: Data;
}

/** No answer in time. The server may have acted all the same. */
export class TimeoutError extends RealtimeError {
  override readonly name = "TimeoutError";
  declare readonly code: "timeout";

  constructor(tag: string, milliseconds: number) {
    super("timeout", `${tag}: no answer within ${String(milliseconds)} ms; whether it took effect is unknown`);
  }
}

/** The connection is away. `sent` tells whether the message had left: then its outcome is unknown. */
export class DisconnectedError extends RealtimeError {
  override readonly name = "DisconnectedError";
  declare readonly code: "disconnected";
  declare readonly sent: boolean;

  /** `why` it was not sent, if it was not. */
  constructor(tag: string, sent: boolean, why = "the channel is not joined at the moment") {
    super(
      "disconnected",
      sent
        ? `${tag}: the connection was lost before the answer came; whether it took effect is unknown`
        : `${tag}: not sent, because ${why}`,
      { sent },
    );
  }
}

/**
 * Throw it from a `token` function where nobody is signed in: the client closes. Whatever else such a function throws
 * is taken for a passing trouble, and it is asked again.
 */
export class UnauthorizedError extends RealtimeError {
  override readonly name = "UnauthorizedError";
  declare readonly code: "unauthorized";

  constructor(message = "nobody is signed in") {
    super("unauthorized", message);
  }
}

/** Whoever made a request gave it up, through its `AbortSignal`; `cause` is the signal's reason. */
export class AbortedError extends RealtimeError {
  override readonly name = "AbortedError";
  declare readonly code: "aborted";

  constructor(cause: unknown) {
    super("aborted", cause instanceof Error ? cause.message : String(cause));
    this.cause = cause;
  }
}

/** The client was closed, or the server ended the conversation for good. */
export class ClosedError extends RealtimeError {
  override readonly name = "ClosedError";
  declare readonly code: "closed";

  constructor(message: string) {
    super("closed", message);
  }
}

/** The server does not let this client into a channel, or put it out. `reason` is the server's code. */
export class JoinRefusedError extends RealtimeError {
  override readonly name = "JoinRefusedError";
  declare readonly code: "join_refused";
  declare readonly address: string;
  declare readonly reason: string;

  constructor(address: string, reason: string, message: string) {
    super("join_refused", `${address}: ${message === "" ? reason : `${message} (${reason})`}`, { address, reason });
  }
}

function describe({ pointer, message }: Issue): string {
  return `${pointer === "" ? "the payload" : pointer} ${message}`;
}
