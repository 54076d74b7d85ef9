/** What stands behind a client: ties what it sends and hears, its channels and its tokens to one link. */
import { type Check, findDeepIssues } from "./checks.js";
import { type Clock, systemClock } from "./clock.js";
import type { CloseReason, ConnectionEffect } from "./connection.js";
import { type ChannelDefinition, type ContractIdentity, type EventDefinition, fillAddress } from "./definition.js";
import { type ListenerFailure, tell, throwLater } from "./emitter.js";
import { ClosedError, type DisconnectedError, InvalidPayloadError, RequestError } from "./errors.js";
import { type ServerFrame, isAmount, readFrame, writeFrame } from "./frames.js";
import { type IncomingHost, takeFrame } from "./incoming.js";
import type { Issue } from "./issues.js";
import { Link, type LinkOwner } from "./link.js";
import { LiveChannel, type Wire } from "./live-channel.js";
import type { ChannelSurroundings, MembershipInput } from "./membership.js";
import type { DrainFrame, Mover, MovingFeature, MovingHost, WelcomeFrame } from "./moving-feature.js";
import type { ClientOptions, UnknownFrame } from "./options.js";
import { Sending, type SendingHost } from "./sending.js";
import { Taps } from "./taps.js";
import { Tokens } from "./tokens.js";
import { isObject } from "./values.js";

export class Core implements LinkOwner, Wire, SendingHost, IncomingHost, MovingHost {
  readonly options: ClientOptions;
  readonly clock: Clock;
  readonly random: () => number;
  readonly validates: boolean;
  readonly checks: boolean;
  readonly onListenerError: ListenerFailure;
  /** Those that are joined, held or listened to, by address. */
  readonly channels: Map<string, LiveChannel> = new Map();
  readonly link: Link;
  readonly sending: Sending;
  ended: ClosedError | null = null;
  /** How many frames were ignored because this client does not know them. */
  ignored = 0;
  readonly #contract: ContractIdentity;
  readonly #id: string;
  readonly #tokens: Tokens;
  readonly #taps: Taps;
  /** All of them, as long as somebody has their handles: there is one object for an address. */
  readonly #known = new Map<string, WeakRef<LiveChannel>>();
  readonly #forgotten = new FinalizationRegistry<string>((address) => {
    if (this.#known.get(address)?.deref() === undefined) this.#known.delete(address);
  });
  #mover: Mover | null = null;
  #session = "";
  #token: string | undefined;

  constructor(contract: ContractIdentity, options: ClientOptions) {
    this.#contract = contract;
    this.options = options;
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? Math.random;
    this.validates = options.validate?.incoming ?? true;
    this.checks = options.validate?.outgoing ?? true;
    this.onListenerError = options.onListenerError ?? throwLater;
    this.#tokens = new Tokens(options.token, this.clock);
    this.#token = this.#tokens.fixed;
    this.#id = options.client ?? makeId(this.random);
    this.#taps = new Taps(options.debug, this.clock);
    this.link = new Link(this);
    this.sending = new Sending(this);
  }

  /** How others see this client; empty before the first welcome. */
  get name(): string {
    // What stands behind the dot is for the server only, which knows this client again by it.
    return this.#session.split(".", 1)[0] ?? "";
  }

  get renewable(): boolean {
    return this.#tokens.renewable;
  }

  get online(): boolean {
    return this.link.isOpen;
  }

  get joining(): readonly string[] {
    return [...this.channels.values()].filter((each) => each.isAsked).map(({ address }) => address);
  }

  connect(): void {
    const { phase } = this.link.state;
    if (phase !== "idle" && phase !== "closed") return;
    this.ended = null;
    for (const channel of [...this.channels.values()]) channel.revive();
    this.link.take({ kind: "connect" });
  }

  /** What stands behind the channel of an address: the same for the same address. */
  channel(definition: ChannelDefinition, params: object): LiveChannel {
    const given = Object.fromEntries<unknown>(Object.entries(params));
    const address = fillAddress(definition.address, given);
    const known = this.#known.get(address)?.deref();
    if (known !== undefined) return known;
    const issues = findDeepIssues(definition.parameters, given);
    const unusable = issues.length > 0 ? new InvalidPayloadError(`parameters of ${definition.name}`, issues) : null;
    const channel = new LiveChannel(definition, address, this, unusable);
    this.#known.set(address, new WeakRef(channel));
    this.#forgotten.register(channel, address);
    return channel;
  }

  keep(channel: LiveChannel): void {
    this.channels.set(channel.address, channel);
  }

  drop(channel: LiveChannel): void {
    this.channels.delete(channel.address);
  }

  /** How many addresses it knows. */
  get known(): number {
    return this.#known.size;
  }

  prepare(): Promise<void> | null {
    return this.renewable ? this.#takeToken() : null;
  }

  readonly greeting = (): string => {
    const { name, version, hash } = this.#contract;
    const session = this.#session === "" ? {} : { session: this.#session };
    const token = this.#token === undefined ? {} : { token: this.#token };
    const identity = { contract: name, version, hash, client: this.#id };
    return this.written(["$hello", { ...identity, ...session, ...token, capabilities: [] }]);
  };

  readonly read = (text: string): ServerFrame => {
    this.#taps.see("in", text, this.#checkOf);
    return readFrame(text);
  };

  readonly written = (frame: readonly [tag: string, ...rest: unknown[]]): string => {
    const text = writeFrame(frame);
    this.#taps.see("out", text, this.#checkOf);
    return text;
  };

  readonly take = (frame: ServerFrame): void => {
    takeFrame(this, frame);
  };

  received(text: string): void {
    const frame = this.read(text);
    if (this.#mover?.holds(frame) !== true) this.take(frame);
  }

  send(text: string): boolean {
    this.#taps.see("out", text, this.#checkOf);
    return this.link.send(text);
  }

  say(...frame: readonly [tag: string, ...rest: unknown[]]): boolean {
    return this.send(writeFrame(frame));
  }

  perform(effect: ConnectionEffect): void {
    switch (effect.kind) {
      case "greet":
        this.#tellChannels({ kind: "online" });
        break;
      case "probe":
        this.say("$ping", this.#taps.tick());
        break;
      case "renew":
        this.renew();
        break;
      case "down":
        this.sending.putBack();
        this.#tellChannels({ kind: "offline", fresh: effect.fresh });
        break;
      case "over":
        this.#finish(effect.reason);
        break;
    }
  }

  surroundings(): ChannelSurroundings {
    const { random, online, renewable, sending } = this;
    return { now: this.clock.now(), random, online, renewable, nextRef: () => sending.nextRef() };
  }

  wake(): void {
    if (this.link.state.phase === "idle") this.link.take({ kind: "connect" });
  }

  renew(): void {
    void this.#renew();
  }

  welcome(frame: WelcomeFrame): void {
    if (this.link.state.phase === "opening") this.welcomed(frame);
  }

  readonly welcomed = ({ session, every, slack, ttl, lastRef }: WelcomeFrame): void => {
    this.#session = session;
    const quiet = (every + slack / 2) * 1000;
    this.link.take({ kind: "welcomed", quiet, patience: (every + slack) * 1000, ttl: ttl * 1000 });
    this.sending.welcomed(lastRef, this.joining);
  };

  ping(tick: number): void {
    this.say("$pong", tick);
    if (this.#taps.tap?.measures === true) this.say("$ping", this.#taps.tick());
  }

  pong(tick: number): void {
    this.#taps.pong(tick);
  }

  /** What moves without a gap is loaded now; without it the connection ends when the server stops, and another is made. */
  drain(frame: DrainFrame): void {
    const { moving } = this.options;
    const { line } = this.link;
    const move = (feature: MovingFeature): void => {
      if (line !== this.link.line) return;
      this.#mover ??= feature(this);
      this.link.extension = this.#mover;
      this.#mover.drain(frame);
    };
    if (moving !== undefined) move(moving);
    else {
      import("./moving.js").then(
        ({ makeBeforeBreak }) => {
          move(makeBeforeBreak);
        },
        () => undefined,
      );
    }
  }

  explained(frame: Extract<ServerFrame, { readonly kind: "error" }>): void {
    // While the connection is being made, it says why it is about to end.
    if (this.link.state.phase === "opening") {
      this.link.take({ kind: "explained", message: `${frame.message} (${frame.code})` });
    } else {
      this.#tell(this.options.onError, new RequestError(frame));
    }
  }

  unknown(frame: UnknownFrame): void {
    this.ignored++;
    this.#tell(this.options.onUnknown, frame);
  }

  invalid(tag: string, address: string, issues: readonly Issue[]): void {
    this.#tell(this.options.onInvalid, { tag, address, issues });
  }

  dropped(error: DisconnectedError): void {
    this.#tell(this.options.onDropped, error);
  }

  #tell<T>(listener: ((value: T) => void) | undefined, value: T): void {
    tell(listener, value, this.onListenerError);
  }

  async #takeToken(): Promise<void> {
    this.#token = await this.#tokens.next();
  }

  /** Shows a newer token on the open connection. What still holds goes on if that fails, until it ends. */
  async #renew(): Promise<void> {
    let ttl: number | null = null;
    try {
      await this.#takeToken();
      const answer = await this.sending.ask("$auth", [this.#token]);
      ttl = isObject(answer) && isAmount(answer["ttl"]) ? answer["ttl"] * 1000 : Infinity;
    } catch {
      // The machine tries again while the present one lasts; the server then says what is wrong.
    }
    this.link.take({ kind: "renewed", ttl });
    if (ttl !== null) this.#tellChannels({ kind: "renewed" });
  }

  #finish(reason: CloseReason | null): void {
    const why = reason === null ? "the client was closed" : `the server ended the conversation: ${reason.message}`;
    const error = new ClosedError(why);
    this.ended = error;
    this.sending.closed(error, reason === null);
    this.#tellChannels({ kind: "over", error });
  }

  /** The check of whatever a tag carries, in either direction. */
  readonly #checkOf = (tag: string): Check | null => {
    for (const { tables } of this.channels.values()) {
      const { name, requests, notices, relays, events } = tables;
      const all: Partial<Record<string, EventDefinition>> = { ...requests, ...notices, ...relays, ...events };
      for (const [each, definition] of Object.entries(all)) {
        if (`${name}.${each}` === tag) return definition?.check ?? null;
      }
    }
    return null;
  };

  #tellChannels(input: MembershipInput): void {
    for (const channel of [...this.channels.values()]) channel.take(input);
  }
}

function makeId(random: () => number): string {
  const part = (): string =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  return part() + part() + part() + part();
}
