/** What comes in: hands each frame to where it belongs. */
import type { EventMeta } from "./channel.js";
import { findReadIssues } from "./checks.js";
import { type ListenerFailure, tell } from "./emitter.js";
import { JoinRefusedError, RequestError } from "./errors.js";
import type { ServerFrame } from "./frames.js";
import type { LiveChannel } from "./live-channel.js";
import type { ClientOptions, UnknownFrame } from "./options.js";
import type { Sending } from "./sending.js";

type FrameOf<Kind extends ServerFrame["kind"]> = Extract<ServerFrame, { readonly kind: Kind }>;

/** What is done with frames that are not about channels or requests. */
export interface FrameOwner {
  welcome(frame: FrameOf<"welcome">): void;
  ping(tick: number): void;
  pong(tick: number): void;
  drain(frame: FrameOf<"drain">): void;
  /** Whether somebody can be asked for another token. */
  readonly renewable: boolean;
  /** An `$error` that answers nothing. True if it says why the connection is about to end. */
  explain(message: string): boolean;
}

export class Incoming {
  /** How many frames were ignored because this client does not know them. */
  ignored = 0;
  readonly #channels: ReadonlyMap<string, LiveChannel>;
  readonly #sending: Sending;
  readonly #options: ClientOptions;
  readonly #onListenerError: ListenerFailure;
  readonly #owner: FrameOwner;

  constructor(
    channels: ReadonlyMap<string, LiveChannel>,
    sending: Sending,
    options: ClientOptions,
    onListenerError: ListenerFailure,
    owner: FrameOwner,
  ) {
    this.#channels = channels;
    this.#sending = sending;
    this.#options = options;
    this.#onListenerError = onListenerError;
    this.#owner = owner;
  }

  take(frame: ServerFrame): void {
    switch (frame.kind) {
      case "welcome":
        this.#owner.welcome(frame);
        break;
      case "drain":
        this.#owner.drain(frame);
        break;
      case "ping":
      case "pong":
        this.#owner[frame.kind](frame.tick);
        break;
      case "joined":
        this.#joined(frame);
        break;
      case "left":
        this.#left(frame);
        break;
      case "resync":
        this.#channels.get(frame.address)?.take({ kind: "resync", after: frame.after });
        break;
      case "presence":
        this.#channels.get(frame.address)?.heardPresence(frame.version, frame.info);
        break;
      case "reply":
        this.#sending.replied(frame.ref, frame.payload);
        break;
      case "error":
        this.#failed(frame);
        break;
      case "event":
        this.#event(frame);
        break;
      case "unknown":
        this.#ignore({ kind: "protocol", tag: frame.tag });
        break;
      case "malformed":
        this.#ignore({ kind: "malformed", tag: "" });
        break;
    }
  }

  #joined(frame: FrameOf<"joined">): void {
    const { address, ref, state, text } = frame;
    this.#channels.get(address)?.take({ kind: "joined", generation: ref, answer: frame });
    for (const [tag, payload] of state) {
      this.#event({ kind: "event", tag, offset: 0, address, payload, by: null, text });
    }
  }

  #left({ address, ref, code, again }: FrameOf<"left">): void {
    const isHopeless = again === "token" && !this.#owner.renewable;
    const error = new JoinRefusedError(address, isHopeless ? "unauthorized" : code, "");
    this.#channels.get(address)?.take({ kind: "left", generation: ref, again, error });
  }

  #failed(frame: FrameOf<"error">): void {
    const { ref, code, message, retryable, retryAfter } = frame;
    if (ref === 0) {
      const isReason = this.#owner.explain(`${message} (${code})`);
      if (!isReason) tell(this.#options.onError, new RequestError(frame), this.#onListenerError);
      return;
    }
    if (this.#sending.failed(ref, frame)) return;
    for (const channel of [...this.#channels.values()]) {
      const error = new JoinRefusedError(channel.address, code, message);
      channel.take({ kind: "refused", generation: ref, error, retryable, retryAfter });
    }
  }

  #event({ tag, offset, address, payload, by, text }: FrameOf<"event">): void {
    const channel = this.#channels.get(address);
    // The position moves first, whatever becomes of the payload: it would be no better the next time.
    if (channel?.admits(offset) !== true) return;
    const incoming = channel.incoming(tag);
    const issues = channel.validates && incoming !== null ? findReadIssues(incoming.check, payload, text) : [];
    const meta: EventMeta = by === null ? { offset } : { offset, by };
    const isFit = issues.length === 0 && incoming !== null;
    channel.deliver(isFit ? incoming.name : null, payload, meta);
    if (incoming === null) this.#ignore({ kind: "event", tag });
    if (issues.length > 0) tell(this.#options.onInvalid, { tag, address, issues }, this.#onListenerError);
  }

  #ignore(frame: UnknownFrame): void {
    this.ignored++;
    tell(this.#options.onUnknown, frame, this.#onListenerError);
  }
}
