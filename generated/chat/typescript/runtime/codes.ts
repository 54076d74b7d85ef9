/**
 * What a close code tells the client to do. The range carries the verdict, so that an old client understands a code
 * that is newer than it. The same table stands in the server's `codes.py`; a test keeps them equal.
 */

/** What to do after a connection has ended, or after a `$left`. */
export type Verdict = "now" | "backoff" | "token" | "fresh" | "never";

/** The verdicts of our own codes: one for each hundred, from 4000 on. */
export const VERDICTS: readonly Verdict[] = ["now", "backoff", "token", "fresh", "never"];

/** The codes that have a name so far. */
export const CLOSE_CODES = {
  stopping: 4000,
  silent: 4001,
  replaced: 4010,
  overloaded: 4100,
  behind: 4101,
  hello_timeout: 4102,
  broken: 4103,
  auth_unavailable: 4104,
  flooding: 4106,
  unauthorized: 4200,
  expired: 4201,
  revoked: 4202,
  protocol_error: 4400,
  wrong_subprotocol: 4401,
  wrong_contract: 4402,
  wrong_version: 4403,
  wrong_origin: 4404,
  too_many_invalid: 4405,
  put_out: 4410,
} as const;

/** What an `$error` may carry beside the contract's own errors; a newer server may have more. */
export type ProtocolCode =
  | "malformed"
  | "invalid"
  | "unknown_event"
  | "unknown_address"
  | "not_joined"
  | "refused"
  | "forbidden"
  | "unauthorized"
  | "auth_unavailable"
  | "left"
  | "too_large"
  | "too_many_channels"
  | "ref_in_use"
  | "ref_reused"
  | "in_progress"
  | "outcome_unknown"
  | "unavailable"
  | "overloaded"
  | "rate_limited"
  | "no_presence"
  | "flag_off"
  | "internal"
  | "protocol_error"
  | "wrong_subprotocol"
  | "wrong_contract"
  | "wrong_version"
  | "wrong_origin";

/** Those that this end acts upon by their own. */
export const SILENT: (typeof CLOSE_CODES)["silent"] = 4001;
export const REPLACED: (typeof CLOSE_CODES)["replaced"] = 4010;

/** Sent by a client that its user closes. */
export const CLOSE_NORMAL = 1000;

/** No close frame came. */
const ABNORMAL = 1006;

/** What to do about a close code; `stable` says whether the connection had lived for ten seconds. */
export function verdictOf(code: number, stable: boolean): Verdict {
  // Its range says "now", but two connections of one client would then chase each other for ever.
  if (code === REPLACED) return "never";
  return VERDICTS[Math.floor(code / 100) - 40] ?? (code === ABNORMAL && stable ? "now" : "backoff");
}

/** An unknown verdict is a newer server's; waiting does no harm. */
export function againOf(value: unknown): Verdict {
  return VERDICTS.find((each) => each === value) ?? "backoff";
}
