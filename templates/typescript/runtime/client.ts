/** The client: drives the connection machine with a socket, a clock and chance, and hands frames to where they belong. */
import type { AnyChannel, EventMeta, RequestOptions } from "./channel.js";
import { Alarm, type Clock, systemClock } from "./clock.js";
import {
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionSnapshot,
  type ConnectionState,
  IDLE,
  connectionSnapshot,
  nextDeadline,
} from "./connection.js";
import {
  type ChannelDefinition,
  type ContractIdentity,
  type EventDefinition,
  type RequestDefinition,
  fillAddress,
} from "./definition.js";
import { type ListenerFailure, throwLater } from "./emitter.js";
import { ClosedError, DisconnectedError, InvalidPayloadError, JoinRefusedError, RequestError } from "./errors.js";
import { type ServerFrame, readFrame, writeFrame } from "./frames.js";
import { type Issue, findIssues } from "./issues.js";
import { LiveChannel, type Wire } from "./live-channel.js";
import type { ChannelSurroundings, Position } from "./membership.js";
import { Requests, abortError } from "./requests.js";
import { Cell, type Store } from "./store.js";
import { transition } from "./transitions.js";
import { SUBPROTOCOLS, type Socket, type SocketEvents, type SocketFactory } from "./transport.js";
import { openWebSocket } from "./websocket.js";

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
  /** Names this client object to the server across its reconnects; made up by default. */
  readonly client?: string;
  /** Opens connections; the platform's WebSocket by default. */
  readonly socket?: SocketFactory;
  readonly clock?: Clock;
  /** From 0 up to, not including, 1; `Math.random` by default. */
  readonly random?: () => number;
  /** How long a channel stays joined after its last holder let go. @default 200 */
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

export class Client {
  /** How the connection stands. Looking does not connect. */
  readonly connection: Store<ConnectionSnapshot>;

  readonly #contract: ContractIdentity;
  readonly #options: ClientOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #id: string;
  readonly #shown: Cell<ConnectionSnapshot>;
  readonly #alarm: Alarm;
  readonly #requests: Requests;
  readonly #wire: Wire;
  readonly #channels = new Map<string, LiveChannel>();
  #state: ConnectionState = IDLE;
  #socket: Socket | null = null;
  #session = "";
  #lastRef = 0;
  #ignored = 0;

  constructor(contract: ContractIdentity, options: ClientOptions) {
    const { clock = systemClock, random = Math.random, onListenerError = throwLater } = options;
    this.#contract = contract;
    this.#options = options;
    this.#clock = clock;
    this.#random = random;
    this.#id = options.client ?? makeId(random);
    this.#shown = new Cell(connectionSnapshot(IDLE), onListenerError);
    this.connection = this.#shown;
    this.#alarm = new Alarm(clock, () => {
      this.#take({ kind: "tick" });
    });
    this.#requests = new Requests(clock, options.validate?.incoming ?? true, (tag, issues) => {
      this.#tell(options.onInvalid, { tag, address: "", issues });
    });
    this.#wire = this.#makeWire(onListenerError);
  }

  /** The session that the server minted for this client; empty before the first welcome. */
  get session(): string {
    return this.#session;
  }

  /** How many frames were ignored because this client does not know them. */
  get ignoredFrames(): number {
    return this.#ignored;
  }

  /** Connects, and from then on stays connected as well as it can. The first join does the same. */
  connect(): void {
    if (this.#state.phase === "idle" || this.#state.phase === "closed") this.#take({ kind: "connect" });
  }

  /** Ends the connection for good: what waits is rejected. `connect()` would start over. */
  close(): void {
    this.#take({ kind: "close" });
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
      const issues = findIssues(definition.parameters, given);
      const unusable = issues.length > 0 ? new InvalidPayloadError(`${definition.name} parameters`, issues) : null;
      channel = new LiveChannel(definition, address, this.#wire, unusable);
      this.#channels.set(address, channel);
    }
    // The handle's methods are made from the tables that `defineChannel` tied to this very type.
    return channel as AnyChannel as Handle;
  }

  #makeWire(onListenerFailure: ListenerFailure): Wire {
    return {
      clock: this.#clock,
      lingerMs: this.#options.lingerMs ?? 200,
      onListenerFailure,
      surroundings: () => this.#surroundings(),
      wake: () => {
        if (this.#state.phase === "idle") this.#take({ kind: "connect" });
      },
      join: (ref, address, since) => {
        this.#join(ref, address, since);
      },
      leave: (address) => {
        this.#send(["$leave", this.#nextRef(), address]);
      },
      notify: (channel, tag, definition, payload) => {
        this.#sendEvent(channel, tag, definition, payload, 0);
      },
      request: (channel, tag, definition, payload, options) =>
        this.#request(channel, tag, definition, payload, options),
    };
  }

  #surroundings(): ChannelSurroundings {
    return {
      now: this.#clock.now(),
      random: this.#random,
      nextRef: () => this.#nextRef(),
      online: this.#state.phase === "ready",
    };
  }

  #nextRef(): number {
    this.#lastRef++;
    return this.#lastRef;
  }

  // ---- the connection

  #take(input: ConnectionInput): void {
    const { state, effects } = transition(this.#state, input, { now: this.#clock.now(), random: this.#random });
    this.#state = state;
    this.#alarm.set(nextDeadline(state));
    for (const effect of effects) this.#perform(effect);
    if (this.#state === state) this.#shown.set(connectionSnapshot(state));
  }

  #perform(effect: ConnectionEffect): void {
    switch (effect.kind) {
      case "open":
        this.#open();
        break;
      case "greet":
        this.#send(["$hello", this.#greeting()]);
        break;
      case "ready":
        this.#eachChannel((channel) => channel.take({ kind: "online" }));
        break;
      case "abandon":
        this.#socket?.close(effect.code, "");
        this.#socket = null;
        break;
      case "down":
        this.#socket = null;
        this.#requests.disconnected();
        this.#eachChannel((channel) => channel.take({ kind: "offline", fresh: effect.fresh }));
        break;
      case "over":
        this.#finish(effect.reason?.message ?? "");
        break;
    }
  }

  #open(): void {
    const { url, socket: open = openWebSocket } = this.#options;
    let live = true;
    const events: SocketEvents = {
      opened: () => {
        if (live) this.#take({ kind: "opened" });
      },
      received: (text) => {
        if (live) this.#receive(text);
      },
      closed: (code, message) => {
        if (live) this.#take({ kind: "lost", code, message });
        live = false;
      },
    };
    const socket = open(url, SUBPROTOCOLS, events);
    this.#socket = {
      send: (text) => {
        socket.send(text);
      },
      close: (code, reason) => {
        live = false;
        socket.close(code, reason);
      },
    };
  }

  #greeting(): object {
    const { name, version, hash } = this.#contract;
    return { contract: name, version, hash, client: this.#id, capabilities: [] };
  }

  #finish(why: string): void {
    const error = new ClosedError(why === "" ? "the client was closed" : `the server ended the conversation: ${why}`);
    this.#requests.closed(error);
    this.#eachChannel((channel) => channel.take({ kind: "over", error }));
  }

  // ---- what goes out

  #send(frame: readonly [tag: string, ...rest: unknown[]]): void {
    this.#socket?.send(writeFrame(frame));
  }

  #join(ref: number, address: string, since: Position | null): void {
    this.#send(["$join", ref, address, since === null ? {} : { since: [since.epoch, since.offset] }]);
  }

  /** Checks what JSON would carry, not the object it is made from: that is what the server gets. */
  #sendEvent(channel: LiveChannel, tag: string, { check }: EventDefinition, payload: unknown, ref: number): void {
    const text = jsonOf(tag, payload);
    if (this.#options.validate?.outgoing ?? true) {
      const issues = findIssues(check, JSON.parse(text));
      if (issues.length > 0) throw new InvalidPayloadError(tag, issues);
    }
    if (this.#state.phase === "closed") throw new ClosedError(`${tag}: the client is closed`);
    if (!channel.isJoined || this.#socket === null) throw new DisconnectedError(tag, false);
    this.#socket.send(`[${JSON.stringify(tag)},${String(ref)},${JSON.stringify(channel.address)},${text}]`);
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

  // ---- what comes in

  #receive(text: string): void {
    this.#take({ kind: "heard" });
    this.#dispatch(readFrame(text));
  }

  #dispatch(frame: ServerFrame): void {
    switch (frame.kind) {
      case "welcome":
        this.#session = frame.session;
        this.#take({ kind: "welcomed", patience: (frame.every + frame.slack) * 1000 });
        break;
      case "ping":
        this.#send(["$pong", frame.tick]);
        break;
      case "pong":
        break;
      case "joined":
        this.#channels.get(frame.address)?.take({ kind: "joined", generation: frame.ref, answer: frame });
        break;
      case "left":
        this.#left(frame);
        break;
      case "resync":
        this.#channels.get(frame.address)?.take({ kind: "resync", after: frame.after });
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

  #left({ address, ref, code, again }: Extract<ServerFrame, { kind: "left" }>): void {
    const error = new JoinRefusedError(address, code, "");
    this.#channels.get(address)?.take({ kind: "left", generation: ref, again, error });
  }

  #failed(frame: Extract<ServerFrame, { kind: "error" }>): void {
    const { ref, code, message, retryable, retryAfter } = frame;
    if (ref === 0) {
      if (this.#state.phase === "opening") this.#take({ kind: "explained", message: `${message} (${code})` });
      else this.#tell(this.#options.onError, new RequestError(frame));
      return;
    }
    if (this.#requests.failed(ref, frame)) return;
    this.#eachChannel((channel) => {
      const error = new JoinRefusedError(channel.address, code, message);
      channel.take({ kind: "refused", generation: ref, error, retryable, retryAfter });
    });
  }

  #event({ tag, offset, address, payload, by }: Extract<ServerFrame, { kind: "event" }>): void {
    const channel = this.#channels.get(address);
    // The position moves first, whatever becomes of the payload: it would be no better the next time.
    const isNew = channel?.take({ kind: "event", offset }).some(({ kind }) => kind === "deliver") ?? false;
    if (channel === undefined || !isNew) return;
    const name = eventName(channel, tag);
    const definition = name === null ? undefined : (channel.tables.events[name] ?? channel.tables.relays[name]);
    if (name === null || definition === undefined) {
      this.#ignore({ kind: "event", tag });
      return;
    }
    const issues = (this.#options.validate?.incoming ?? true) ? findIssues(definition.check, payload) : [];
    if (issues.length > 0) {
      this.#tell(this.#options.onInvalid, { tag, address, issues });
      return;
    }
    const meta: EventMeta = by === null ? { offset } : { offset, by };
    channel.deliver(name, payload, meta);
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
      this.#wire.onListenerFailure(error);
    }
  }

  #eachChannel(act: (channel: LiveChannel) => void): void {
    for (const channel of [...this.#channels.values()]) act(channel);
  }
}

/** The event's own name, if the tag is one of the channel's. */
function eventName({ tables }: LiveChannel, tag: string): string | null {
  const prefix = `${tables.name}.`;
  if (!tag.startsWith(prefix)) return null;
  const name = tag.slice(prefix.length);
  return Object.hasOwn(tables.events, name) || Object.hasOwn(tables.relays, name) ? name : null;
}

function jsonOf(tag: string, payload: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(payload) as string | undefined;
  } catch {
    text = undefined;
  }
  if (text === undefined) {
    throw new InvalidPayloadError(tag, [{ pointer: "", code: "type", message: "must be a value that JSON can carry" }]);
  }
  return text;
}

function makeId(random: () => number): string {
  const part = (): string =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  return part() + part() + part() + part();
}
