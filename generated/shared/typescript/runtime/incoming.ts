/** What comes in: hands each frame to where it belongs. */
import type { EventMeta } from "./channel.js";
import { findReadIssues } from "./checks.js";
import { JoinRefusedError } from "./errors.js";
import type { ServerFrame } from "./frames.js";
import type { LiveChannel } from "./live-channel.js";
import type { UnknownFrame } from "./options.js";
import type { Sending } from "./sending.js";
import type { Issue } from "./issues.js";

type FrameOf<Kind extends ServerFrame["kind"]> = Extract<ServerFrame, { readonly kind: Kind }>;

/** Whose frames these are, and who takes those that are not about channels or requests. */
export interface IncomingHost {
  readonly channels: ReadonlyMap<string, LiveChannel>;
  readonly sending: Sending;
  /** Whether somebody can be asked for another token. */
  readonly renewable: boolean;
  welcome(frame: FrameOf<"welcome">): void;
  ping(tick: number): void;
  pong(tick: number): void;
  drain(frame: FrameOf<"drain">): void;
  /** An `$error` that answers nothing. */
  explained(frame: FrameOf<"error">): void;
  unknown(frame: UnknownFrame): void;
  invalid(tag: string, address: string, issues: readonly Issue[]): void;
}

/** Hands a frame to where it belongs. */
export function takeFrame(host: IncomingHost, frame: ServerFrame): void {
  const { channels, sending } = host;
  switch (frame.kind) {
    case "event":
      takeEvent(host, frame);
      break;
    case "welcome":
      host.welcome(frame);
      break;
    case "drain":
      host.drain(frame);
      break;
    case "ping":
    case "pong":
      host[frame.kind](frame.tick);
      break;
    case "joined":
      takeJoined(host, frame);
      break;
    case "left":
      takeLeft(host, frame);
      break;
    case "resync":
      channels.get(frame.address)?.take(frame);
      break;
    case "presence":
      channels.get(frame.address)?.heardPresence(frame.version, frame.info);
      break;
    case "reply":
      sending.replied(frame.ref, frame.payload);
      break;
    case "error":
      takeError(host, frame);
      break;
    case "unknown":
      host.unknown({ kind: "protocol", tag: frame.tag });
      break;
    case "malformed":
      host.unknown({ kind: "malformed", tag: "" });
      break;
  }
}

function takeJoined(host: IncomingHost, frame: FrameOf<"joined">): void {
  const { address, ref, state, text } = frame;
  host.channels.get(address)?.take({ kind: "joined", generation: ref, answer: frame });
  for (const [tag, payload] of state) {
    takeEvent(host, { kind: "event", tag, offset: 0, address, payload, by: null, text }, { offset: 0, newest: true });
  }
}

function takeLeft({ channels, renewable }: IncomingHost, { address, ref, code, again }: FrameOf<"left">): void {
  const isHopeless = again === "token" && !renewable;
  const error = new JoinRefusedError(address, isHopeless ? "unauthorized" : code, "");
  channels.get(address)?.take({ kind: "left", generation: ref, again, error });
}

function takeError(host: IncomingHost, frame: FrameOf<"error">): void {
  const { ref, code, message, retryable, retryAfter } = frame;
  if (ref === 0) {
    host.explained(frame);
  } else if (!host.sending.failed(ref, frame)) {
    for (const channel of [...host.channels.values()]) {
      const error = new JoinRefusedError(channel.address, code, message);
      channel.take({ kind: "refused", generation: ref, error, retryable, retryAfter });
    }
  }
}

function takeEvent(host: IncomingHost, frame: FrameOf<"event">, told?: EventMeta): void {
  const { tag, offset, address, payload, by, text } = frame;
  const channel = host.channels.get(address);
  // The position moves first, whatever becomes of the payload: it would be no better the next time.
  if (channel?.admits(offset) !== true) return;
  const incoming = channel.incoming(tag);
  const issues = channel.validates && incoming !== null ? findReadIssues(incoming.check, payload, text) : [];
  const meta: EventMeta = told ?? (by === null ? { offset } : { offset, by });
  channel.deliver(issues.length === 0 ? incoming : null, payload, meta);
  if (incoming === null) host.unknown({ kind: "event", tag });
  if (issues.length > 0) host.invalid(tag, address, issues);
}
