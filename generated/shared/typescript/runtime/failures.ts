/** How requests fail: the type of it for each request, told apart by `code`, and what was caught as that type. */
import type { AnyChannel, RequestsOf } from "./channel.js";
import type { ProtocolCode } from "./codes.js";
import {
  AbortedError,
  type ClosedError,
  type DisconnectedError,
  type InvalidPayloadError,
  RealtimeError,
  type RequestError,
  type TimeoutError,
} from "./errors.js";
import { insideOf } from "./handle.js";

/** The server answered with an error that is not the contract's, but the protocol's own. */
export type ProtocolRefusal = RequestError<ProtocolCode>;

/** The errors that the contract declares for a request; `never` where it has none. */
export type DeclaredErrorOf<C extends AnyChannel, Name extends keyof RequestsOf<C>> = RequestsOf<C>[Name] extends {
  readonly error: infer Declared extends RequestError;
}
  ? Declared
  : never;

/**
 * What a request may reject with: the errors that the contract declares for it, those of the protocol, and those of this
 * end. `code` tells which. (A server that is newer than this client may have further codes: keep a `default`.)
 *
 * @example
 * type SendError = ErrorOf<Room, "send">;
 */
export type ErrorOf<C extends AnyChannel, Name extends keyof RequestsOf<C>> =
  DeclaredErrorOf<C, Name> | ProtocolRefusal | InvalidPayloadError | TimeoutError | DisconnectedError | ClosedError;

/**
 * Says of what was caught around a request that it is an error of that request, to be told apart by its `code`.
 * Anything else, such as the reason of an `AbortSignal`, is not.
 *
 * @example
 * catch (error) {
 *   if (isErrorOf(room, "send", error) && error.code === "muted") show(error.data.until);
 * }
 */
export function isErrorOf<C extends AnyChannel, Name extends keyof RequestsOf<C> & string>(
  channel: C,
  request: Name,
  error: unknown,
): error is ErrorOf<C, Name> {
  return error instanceof RealtimeError && Object.hasOwn(insideOf(channel).tables.requests, request);
}

/** What was caught around a request, as one type: whatever is no error of the request was a reason to give it up. */
export function errorOf<C extends AnyChannel, Name extends keyof RequestsOf<C> & string>(
  channel: C,
  request: Name,
  error: unknown,
): ErrorOf<C, Name> | AbortedError {
  return isErrorOf(channel, request, error) ? error : new AbortedError(error);
}
