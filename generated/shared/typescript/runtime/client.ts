/** The client: holds the channels, and hands frames to where they belong. */
import type { AnyChannel, EventMeta, RequestOptions } from "./channel.js";
import { findDeepIssues } from "./checks.js";
import { systemClock } from "./clock.js";
import type { CloseReason, ConnectionSnapshot } from "./connection.js";
import {
  type ChannelDefinition,
  type ContractIdentity,
  type EventDefinition,
  type RequestDefinition,
  fillAddress,
} from "./definition.js";
import { throwLater } from "./emitter.js";
import {
  ClosedError,
  DisconnectedError,
  InvalidPayloadError,
  JoinRefusedError,
  RequestError,
} from "./errors.js";
import { type ServerFrame, readFrame, writeFrame } from "./frames.js";
import { Link, type LinkSettings } from "./link.js";
import { LiveChannel, type Wire } from "./live-channel.js";
import type { Position } from "./membership.js";
import type { ClientOptions, UnknownFrame } from "./options.js";
import { eventText, payloadText } from "./outgoing.js";
import { Requests, abortError } from "./requests.js";
import type { Store } from "./store.js";
import { openWebSocket } from "./websocket.js";

type FrameOf<Kind extends ServerFrame["kind"]> = Extract<
  ServerFrame,
  { readonly kind: Kind }
>;

export class Client {
  /** How the connection stands. Looking does not connect. */
  readonly connection: Store<ConnectionSnapshot>;

  readonly #contract: ContractIdentity;
  readonly #options: ClientOptions;
  readonly #settings: LinkSettings;
  readonly #checks: { readonly incoming: boolean; readonly outgoing: boolean };
  readonly #id: string;
  readonly #link: Link;
  readonly #requests: Requests;
  readonly #wire: Wire;
  readonly #channels = new Map<string, LiveChannel>();
  #session = "";
  #token: string | null = null;
  #lastRef = 0;
  #ignored = 0;
  #ended: ClosedError | null = null;

  constructor(contract: ContractIdentity, options: ClientOptions) {
    this.#contract = contract;
    this.#options = options;
    this.#settings = {
      url: options.url,
      socket: options.socket ?? openWebSocket,
      clock: options.clock ?? systemClock,
      random: options.random ?? Math.random,
      onListenerError: options.onListenerError ?? throwLater,
    };
    const { incoming = true, outgoing = true } = options.validate ?? {};
    this.#checks = { incoming, outgoing };
    this.#token = typeof options.token === "string" ? options.token : null;
    this.#id = options.client ?? makeId(this.#settings.random);
    this.#link = this.#makeLink();
    this.connection = this.#link.shown;
    this.#requests = new Requests(
      this.#settings.clock,
      incoming,
      (tag, issues) => {
        this.#tell(options.onInvalid, { tag, address: "", issues });
      },
    );
    this.#wire = this.#makeWire();
  }

  /** How others see this client, as the `by` of what it sends; empty before the first welcome. */
  get session(): string {
    // What stands behind the dot is for the server only, which knows this client again by it.
    return this.#session.split(".", 1)[0] ?? "";
  }

  /** How many frames were ignored because this client does not know them. */
  get ignoredFrames(): number {
    return this.#ignored;
  }

  /** Connects, and from then on stays connected as well as it can. The first join does the same. */
  connect(): void {
    if (this.#link.phase !== "idle" && this.#link.phase !== "closed") return;
    this.#ended = null;
    this.#eachChannel((channel) => {
      channel.revive();
    });
    this.#link.take({ kind: "connect" });
  }

  /** Ends the connection for good: what waits is rejected. Only `connect()` would start over. */
  close(): void {
    this.#link.take({ kind: "close" });
  }

  /** The handle on a channel: the same object for the same address, joined while somebody retains it. */
  channel<Handle extends AnyChannel, Params extends object>(
    definition: ChannelDefinition<Handle, Params>,
    params: Params,
  ): Handle {
    const given = Object.fromEntries<unknown>(Object.entries(params));
    const address = fillAddress(definition.address, given);
    let channel = this.#channels.get(address);
    if (channel === undefined) {
      const issues = findDeepIssues(definition.parameters, given);
      const unusable =
        issues.length > 0
          ? new InvalidPayloadError(`parameters of ${definition.name}`, issues)
          : null;
      channel = new LiveChannel(definition, address, this.#wire, unusable);
      this.#channels.set(address, channel);
    }
    // The handle's methods were made from the tables that `defineChannel` tied to this very type.
    return channel.handle as Handle;
  }

  #makeLink(): Link {
    const { token } = this.#options;
    return new Link(this.#settings, {
      renewable: typeof token === "function",
      prepare: () =>
        typeof token === "function" ? this.#takeToken(token) : null,
      greeting: () => writeFrame(["$hello", this.#greeting()]),
      received: (text) => {
        this.#dispatch(readFrame(text));
      },
      ready: () => {
        this.#eachChannel((channel) => {
          channel.take({ kind: "online" });
        });
      },
      down: (fresh) => {
        this.#requests.disconnected();
        this.#eachChannel((channel) => {
          channel.take({ kind: "offline", fresh });
        });
      },
      over: (reason) => {
        this.#finish(reason);
      },
    });
  }

  async #takeToken(token: () => Promise<string>): Promise<void> {
    this.#token = await token();
  }

  #greeting(): Readonly<Record<string, unknown>> {
    const { name, version, hash } = this.#contract;
    const session = this.#session === "" ? {} : { session: this.#session };
    const token = this.#token === null ? {} : { token: this.#token };
    return {
      contract: name,
      version,
      hash,
      client: this.#id,
      ...session,
      ...token,
      capabilities: [],
    };
  }

  #makeWire(): Wire {
    return {
      clock: this.#settings.clock,
      lingerMs: this.#options.lingerMs ?? 200,
      onListenerError: this.#settings.onListenerError,
      surroundings: () => ({
        now: this.#settings.clock.now(),
        random: this.#settings.random,
        nextRef: () => this.#nextRef(),
        online: this.#link.phase === "ready",
      }),
      ended: () => this.#ended,
      wake: () => {
        if (this.#link.phase === "idle") this.#link.take({ kind: "connect" });
      },
      join: (ref, address, since) => {
        this.#join(ref, address, since);
      },
      leave: (address) => {
        this.#link.send(writeFrame(["$leave", this.#nextRef(), address]));
      },
      notify: (channel, tag, definition, payload) => {
        this.#sendEvent(channel, tag, definition, payload, 0);
      },
      request: (channel, tag, definition, payload, options) =>
        this.#request(channel, tag, definition, payload, options),
    };
  }

  #nextRef(): number {
    this.#lastRef++;
    return this.#lastRef;
  }

  #finish(reason: CloseReason | null): void {
    const why =
      reason === null
        ? "the client was closed"
        : `the server ended the conversation: ${reason.message}`;
    const error = new ClosedError(why);
    this.#ended = error;
    // Who closes the client knows why; after anything else nobody can tell what became of what was sent.
    if (reason === null) this.#requests.closed(error);
    else this.#requests.disconnected();
    this.#eachChannel((channel) => {
      channel.take({ kind: "over", error });
    });
  }

  #join(ref: number, address: string, since: Position | null): void {
    const options =
      since === null ? {} : { since: [since.epoch, since.offset] };
    this.#link.send(writeFrame(["$join", ref, address, options]));
  }

  #sendEvent(
    channel: LiveChannel,
    tag: string,
    { check }: EventDefinition,
    payload: unknown,
    ref: number,
  ): void {
    const text = payloadText(
      tag,
      payload,
      this.#checks.outgoing ? check : null,
    );
    if (this.#ended !== null) throw this.#ended;
    const isSent =
      channel.isJoined &&
      this.#link.send(eventText(tag, ref, channel.address, text));
    if (!isSent) throw new DisconnectedError(tag, false);
  }

  async #request(
    channel: LiveChannel,
    tag: string,
    definition: RequestDefinition,
    payload: unknown,
    options: RequestOptions,
  ): Promise<unknown> {
    if (options.signal?.aborted === true) throw abortError(options.signal);
    const ref = this.#nextRef();
    this.#sendEvent(channel, tag, definition, payload, ref);
    return this.#requests.wait(ref, tag, definition, options);
  }

  #dispatch(frame: ServerFrame): void {
    switch (frame.kind) {
      case "welcome":
        this.#session = frame.session;
        this.#link.take({
          kind: "welcomed",
          patience: (frame.every + frame.slack) * 1000,
        });
        break;
      case "ping":
        this.#link.send(writeFrame(["$pong", frame.tick]));
        break;
      case "pong":
        break;
      case "joined":
        this.#joined(frame);
        break;
      case "left":
        this.#left(frame);
        break;
      case "resync":
        this.#channels
          .get(frame.address)
          ?.take({ kind: "resync", after: frame.after });
        break;
      case "reply":
        this.#requests.replied(frame.ref, frame.payload);
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
    const { address, ref, state } = frame;
    this.#channels
      .get(address)
      ?.take({ kind: "joined", generation: ref, answer: frame });
    for (const [tag, payload] of state)
      this.#event({
        kind: "event",
        tag,
        offset: 0,
        address,
        payload,
        by: null,
      });
  }

  #left({ address, ref, code, again }: FrameOf<"left">): void {
    const error = new JoinRefusedError(address, code, "");
    this.#channels
      .get(address)
      ?.take({ kind: "left", generation: ref, again, error });
  }

  #failed(frame: FrameOf<"error">): void {
    const { ref, code, message, retryable, retryAfter } = frame;
    if (ref === 0) {
      if (this.#link.phase === "opening")
        this.#link.take({ kind: "explained", message: `${message} (${code})` });
      else this.#tell(this.#options.onError, new RequestError(frame));
      return;
    }
    if (this.#requests.failed(ref, frame)) return;
    this.#eachChannel((channel) => {
      const error = new JoinRefusedError(channel.address, code, message);
      channel.take({
        kind: "refused",
        generation: ref,
        error,
        retryable,
        retryAfter,
      });
    });
  }

  #event({ tag, offset, address, payload, by }: FrameOf<"event">): void {
    const channel = this.#channels.get(address);
    // The position moves first, whatever becomes of the payload: it would be no better the next time.
    if (channel?.admits(offset) !== true) return;
    const incoming = channel.incoming(tag);
    if (incoming === null) {
      this.#ignore({ kind: "event", tag });
      return;
    }
    const issues = this.#checks.incoming
      ? findDeepIssues(incoming.check, payload)
      : [];
    if (issues.length > 0) {
      this.#tell(this.#options.onInvalid, { tag, address, issues });
      return;
    }
    const meta: EventMeta = by === null ? { offset } : { offset, by };
    channel.deliver(incoming.name, payload, meta);
  }

  #ignore(frame: UnknownFrame): void {
    this.#ignored++;
    this.#tell(this.#options.onUnknown, frame);
  }

  /** Calls one of the user's own functions; what it throws must not stop the client. */
  #tell<T>(listener: ((value: T) => void) | undefined, value: T): void {
    try {
      listener?.(value);
    } catch (error) {
      this.#settings.onListenerError(error);
    }
  }

  #eachChannel(act: (channel: LiveChannel) => void): void {
    for (const channel of [...this.#channels.values()]) act(channel);
  }
}

function makeId(random: () => number): string {
  const part = (): string =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  return part() + part() + part() + part();
}
