/** The frames of protocol version 1, as they travel. What comes in is `unknown` until it has been looked at here. */
import type { JoinAnswer } from "./membership.js";
import type { UnknownFrame } from "./options.js";
import { isArray, isObject } from "./values.js";

export type Fields = Readonly<Record<string, unknown>>;

export interface WelcomeFields extends Fields {
  /** Seconds. */
  readonly heartbeat: { readonly every: number; readonly slack: number };
}

export interface DrainFields extends Fields {
  /** Seconds. */
  readonly within: number;
}

export interface JoinedFields extends Fields, JoinAnswer {}

/** A frame whose elements are what they should be; those that may be missing are looked at where they are used. */
export type ServerFrame =
  | readonly [tag: "$welcome", fields: WelcomeFields]
  | readonly [tag: "$joined", ref: number, address: string, fields: JoinedFields]
  | readonly [tag: "$left", ref: number, address: string, fields: Fields]
  | readonly [tag: "$resync", address: string, fields: Fields]
  | readonly [tag: "$reply", ref: number, payload: unknown]
  | readonly [tag: "$error", ref: number, fields: Fields & { readonly code: string }]
  | readonly [tag: "$ping" | "$pong", tick: number]
  | readonly [tag: "$presence", address: string, version: unknown, info: unknown]
  | readonly [tag: "$drain", fields: DrainFields]
  /** For `debug` alone, which reads it on its way. */
  | readonly [tag: "$deprecated", fields: Fields]
  | EventFrame
  /** Not one of these. */
  | readonly [tag: "$", UnknownFrame];

export type EventFrame = readonly [
  tag: `${string}.${string}`,
  offset: number,
  address: string,
  payload: unknown,
  meta?: unknown,
];

type Question = (value: unknown) => boolean;

/** What has to be true of the elements behind each tag. */
const SHAPES: Readonly<Record<string, readonly Question[]>> = {
  $welcome: [isWelcome],
  $joined: [isCount, isString, isJoined],
  $left: [isCount, isString, isObject],
  $resync: [isString, isObject],
  $reply: [isCount, isThere],
  $error: [isCount, (fields) => isObject(fields) && isString(fields["code"])],
  $ping: [isCount],
  $pong: [isCount],
  $presence: [isString],
  $deprecated: [isObject],
  $drain: [(fields) => isObject(fields) && isAmount(fields["within"])],
};

/** Reads one frame; never throws. Surplus elements and unknown keys are ignored. */
export function readFrame(text: string): ServerFrame {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    // What is no JSON is no frame.
  }
  if (!isArray(frame) || !isString(frame[0])) return ["$", { kind: "malformed", tag: "" }];
  const [tag] = frame;
  const isFit = tag.startsWith("$")
    ? SHAPES[tag]?.every((isRight, place) => isRight(frame[place + 1]))
    : isCount(frame[1]) && isString(frame[2]) && isThere(frame[3]);
  // Each of its elements has just been looked at.
  if (isFit === true) return frame as unknown as ServerFrame;
  return ["$", isFit === undefined ? { kind: "protocol", tag } : { kind: "malformed", tag: "" }];
}

/** An event of the contract; all others are the protocol's. */
export function isEvent(frame: ServerFrame): frame is EventFrame {
  return !frame[0].startsWith("$");
}

function isWelcome(fields: unknown): boolean {
  if (!isObject(fields) || !isObject(fields["heartbeat"])) return false;
  const { every, slack } = fields["heartbeat"];
  return isAmount(every) && isAmount(slack);
}

function isJoined(fields: unknown): boolean {
  if (!isObject(fields)) return false;
  const { epoch, offset, replay = 0 } = fields;
  return isString(epoch) && isCount(offset) && isCount(replay);
}

function isThere(value: unknown): boolean {
  return value !== undefined;
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

/** A text that may be missing. */
export function textOf(value: unknown): string {
  return isString(value) ? value : "";
}

/** A number of seconds that may be missing. */
export function amountOf<Otherwise>(value: unknown, otherwise: Otherwise): number | Otherwise {
  return isAmount(value) ? value : otherwise;
}

/** A ref, an offset, a number of things. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** A number of seconds. */
export function isAmount(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && Number.isFinite(value);
}
