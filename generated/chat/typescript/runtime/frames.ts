/** The frames of protocol version 1: text to values and back. What comes in is `unknown` until it has been read here. */
import type { Verdict } from "./codes.js";
import { isArray, isObject } from "./values.js";

export type ServerFrame =
  | {
      readonly kind: "welcome";
      readonly session: string;
      readonly every: number;
      readonly slack: number;
      /** Seconds for which the identity holds; infinite without an end. */
      readonly ttl: number;
      /** The highest ref that came from this client; `null` where the server doesn't know. */
      readonly lastRef: number | null;
    }
  | {
      readonly kind: "joined";
      readonly ref: number;
      readonly address: string;
      readonly epoch: string;
      readonly offset: number;
      readonly recovered: boolean;
      readonly reason: string;
      readonly replay: number;
      /** Newest values of `latest` events: they come before everything that follows. */
      readonly state: readonly (readonly [tag: string, payload: unknown])[];
      /** What it was read from. */
      readonly text: string;
      /** A page of those present, not read yet; `undefined` where the channel has none. */
      readonly presence: unknown;
    }
  | {
      readonly kind: "left";
      readonly ref: number;
      readonly address: string;
      readonly code: string;
      readonly again: Verdict;
    }
  | {
      readonly kind: "resync";
      readonly address: string;
      readonly after: number;
    }
  | {
      readonly kind: "presence";
      readonly address: string;
      readonly version: unknown;
      readonly info: unknown;
    }
  | { readonly kind: "drain"; readonly within: number; readonly to: string }
  | { readonly kind: "reply"; readonly ref: number; readonly payload: unknown }
  | {
      readonly kind: "error";
      readonly ref: number;
      readonly code: string;
      readonly message: string;
      readonly retryable: boolean;
      readonly retryAfter: number | null;
      readonly data: unknown;
    }
  | {
      readonly kind: "event";
      readonly tag: string;
      readonly offset: number;
      readonly address: string;
      readonly payload: unknown;
      readonly by: string | null;
      /** What it was read from. */
      readonly text: string;
    }
  | { readonly kind: "ping"; readonly tick: number }
  | { readonly kind: "pong"; readonly tick: number }
  /** A protocol frame of a newer version. */
  | { readonly kind: "unknown"; readonly tag: string }
  | { readonly kind: "malformed" };

const MALFORMED: ServerFrame = { kind: "malformed" };

type Fields = Readonly<Record<string, unknown>>;

/** Reads one frame; never throws. Surplus elements and unknown keys are ignored. */
export function readFrame(text: string): ServerFrame {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return MALFORMED;
  }
  if (!isArray(frame)) return MALFORMED;
  const [tag] = frame;
  if (typeof tag !== "string") return MALFORMED;
  const read = tag.startsWith("$") ? READERS.get(tag) : readEvent;
  return read === undefined ? { kind: "unknown", tag } : (read(frame, text) ?? MALFORMED);
}

/** Writes one frame. Throws `TypeError` for what JSON can't carry. */
export function writeFrame(frame: readonly [tag: string, ...rest: unknown[]]): string {
  return JSON.stringify(frame);
}

type Reader = (frame: readonly unknown[], text: string) => ServerFrame | null;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["$welcome", readWelcome],
  ["$joined", readJoined],
  ["$left", readLeft],
  ["$resync", readResync],
  ["$reply", readReply],
  ["$error", readError],
  ["$ping", readPing],
  ["$pong", readPing],
  ["$presence", readPresence],
  ["$drain", readDrain],
]);

function readWelcome([, fields]: readonly unknown[]): ServerFrame | null {
  if (!isObject(fields) || !isObject(fields["heartbeat"])) return null;
  const { every, slack } = fields["heartbeat"];
  if (!isAmount(every) || !isAmount(slack)) return null;
  const { auth, lastRef } = fields;
  const ttl = isObject(auth) && isAmount(auth["ttl"]) ? auth["ttl"] : Infinity;
  return {
    kind: "welcome",
    session: textOf(fields, "session"),
    every,
    slack,
    ttl,
    lastRef: isCount(lastRef) ? lastRef : null,
  };
}

function readJoined([, ref, address, fields]: readonly unknown[], text: string): ServerFrame | null {
  if (!isCount(ref) || typeof address !== "string" || !isObject(fields)) return null;
  const { epoch, offset, recovered, replay = 0 } = fields;
  if (typeof epoch !== "string" || !isCount(offset) || !isCount(replay)) return null;
  return {
    kind: "joined",
    ref,
    address,
    epoch,
    offset,
    recovered: recovered === true,
    reason: textOf(fields, "reason"),
    replay,
    state: stateOf(fields["state"]),
    presence: fields["presence"],
    text,
  };
}

function stateOf(value: unknown): (readonly [string, unknown])[] {
  if (!isArray(value)) return [];
  return value.flatMap((entry) => {
    if (!isArray(entry)) return [];
    const [tag, payload] = entry;
    return typeof tag === "string" ? [[tag, payload] as const] : [];
  });
}

function readLeft([, ref, address, fields]: readonly unknown[]): ServerFrame | null {
  if (!isCount(ref) || typeof address !== "string" || !isObject(fields)) return null;
  return {
    kind: "left",
    ref,
    address,
    code: textOf(fields, "code"),
    again: againOf(fields["again"]),
  };
}

function readResync([, address, fields]: readonly unknown[]): ServerFrame | null {
  if (typeof address !== "string" || !isObject(fields)) return null;
  const { after } = fields;
  return { kind: "resync", address, after: isAmount(after) ? after : 0 };
}

function readReply([, ref, payload]: readonly unknown[]): ServerFrame | null {
  return isCount(ref) && payload !== undefined ? { kind: "reply", ref, payload } : null;
}

function readError([, ref, fields]: readonly unknown[]): ServerFrame | null {
  if (!isCount(ref) || !isObject(fields) || typeof fields["code"] !== "string") return null;
  const { code, retryable, retryAfter, data = null } = fields;
  return {
    kind: "error",
    ref,
    code,
    message: textOf(fields, "message"),
    retryable: retryable === true,
    retryAfter: isAmount(retryAfter) ? retryAfter : null,
    data,
  };
}

function readEvent([tag, offset, address, payload, meta]: readonly unknown[], text: string): ServerFrame | null {
  if (typeof tag !== "string" || !isCount(offset) || typeof address !== "string" || payload === undefined) return null;
  const by = isObject(meta) && typeof meta["by"] === "string" ? meta["by"] : null;
  return { kind: "event", tag, offset, address, payload, by, text };
}

function readPing([tag, tick]: readonly unknown[]): ServerFrame | null {
  return isCount(tick) ? { kind: tag === "$ping" ? "ping" : "pong", tick } : null;
}

function readPresence([, address, version, info]: readonly unknown[]): ServerFrame | null {
  return typeof address === "string" ? { kind: "presence", address, version, info } : null;
}

function readDrain([, fields]: readonly unknown[]): ServerFrame | null {
  if (!isObject(fields) || !isAmount(fields["within"])) return null;
  return { kind: "drain", within: fields["within"], to: textOf(fields, "to") };
}

function textOf(fields: Fields, name: string): string {
  const text = fields[name];
  return typeof text === "string" ? text : "";
}

/** An unknown verdict is a newer server's; waiting does no harm. */
function againOf(value: unknown): Verdict {
  return value === "never" || value === "now" || value === "token" || value === "fresh" ? value : "backoff";
}

/** A ref, an offset, a number of things. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** A number of seconds. */
export function isAmount(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && Number.isFinite(value);
}
