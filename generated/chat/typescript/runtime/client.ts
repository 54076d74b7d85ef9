/** The client: holds the channels, and ties what it sends and hears to one link. */
import type { AnyChannel } from "./channel.js";
import { type Check, findDeepIssues } from "./checks.js";
import { systemClock } from "./clock.js";
import type { CloseReason, ConnectionSnapshot } from "./connection.js";
import { type ChannelDefinition, type ContractIdentity, fillAddress } from "./definition.js";
import { tell, throwLater } from "./emitter.js";
import { ClosedError, InvalidPayloadError } from "./errors.js";
import { type ServerFrame, isAmount, readFrame, writeFrame } from "./frames.js";
import { type FrameOwner, Incoming } from "./incoming.js";
import { Link, type LinkOwner, type LinkSettings } from "./link.js";
import { LiveChannel, type Wire } from "./live-channel.js";
import type { ClientOptions } from "./options.js";
import { browserPage } from "./browser-page.js";
import { Moving } from "./moving.js";
import { Sending } from "./sending.js";
import type { Store } from "./store.js";
import { Taps } from "./taps.js";
import { Tokens } from "./tokens.js";
import { isObject } from "./values.js";
import { openWebSocket } from "./websocket.js";

type FrameOf<Kind extends ServerFrame["kind"]> = Extract<ServerFrame, { readonly kind: Kind }>;

export class Client {
  /** How the connection stands. Looking does not connect. */
  readonly connection: Store<ConnectionSnapshot>;

  readonly #contract: ContractIdentity;
  readonly #options: ClientOptions;
  readonly #settings: LinkSettings;
  readonly #id: string;
  readonly #tokens: Tokens;
  readonly #link: Link;
  readonly #sending: Sending;
  readonly #incoming: Incoming;
  readonly #taps: Taps;
  readonly #wire: Wire;
  readonly #channels = new Map<string, LiveChannel>();
  readonly #moving: Moving = new Moving(this.#channels);
  #session = "";
  #token: string | undefined;
  #ended: ClosedError | null = null;

  constructor(contract: ContractIdentity, options: ClientOptions) {
    this.#contract = contract;
    this.#options = options;
    const { page = browserPage, onListenerError = throwLater } = options;
    this.#settings = {
      url: options.url,
      socket: options.socket ?? openWebSocket,
      clock: options.clock ?? systemClock,
      random: options.random ?? Math.random,
      page,
      keep: options.background === "keep",
      onListenerError,
    };
    this.#tokens = new Tokens(options.token, this.#settings.clock);
    this.#token = this.#tokens.fixed;
    this.#id = options.client ?? makeId(this.#settings.random);
    this.#taps = new Taps(options.debug, this.#settings.clock, (tag) => this.#checkOf(tag));
    this.#link = new Link(this.#settings, this.#linkOwner());
    this.connection = this.#link.shown;
    this.#sending = this.#makeSending();
    this.#incoming = new Incoming(this.#channels, this.#sending, options, onListenerError, this.#frameOwner());
    this.#wire = this.#makeWire();
  }

  /** How others see this client, as the `by` of what it sends; empty before the first welcome. */
  get session(): string {
    // What stands behind the dot is for the server only, which knows this client again by it.
    return this.#session.split(".", 1)[0] ?? "";
  }

  /** How many frames were ignored because this client does not know them. */
  get ignoredFrames(): number {
    return this.#incoming.ignored;
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
      const unusable = issues.length > 0 ? new InvalidPayloadError(`parameters of ${definition.name}`, issues) : null;
      channel = new LiveChannel(definition, address, this.#wire, unusable);
      this.#channels.set(address, channel);
    }
    // The handle's methods were made from the tables that `defineChannel` tied to this very type.
    return channel.handle as Handle;
  }

  #linkOwner(): LinkOwner {
    const tokens = this.#tokens;
    return {
      renewable: tokens.renewable,
      prepare: () => (tokens.renewable ? this.#takeToken() : null),
      greeting: () => this.#taps.out(writeFrame(["$hello", this.#greeting()])),
      greeted: () => {
        this.#online();
      },
      received: (text) => {
        const frame = readFrame(this.#taps.in(text));
        if (!this.#moving.holds(frame)) this.#incoming.take(frame);
      },
      receivedBeside: (text) => {
        const frame = readFrame(this.#taps.in(text));
        if (isAnswer(frame)) this.#incoming.take(frame);
        return !this.#sending.isOwed;
      },
      openedNext: (send) => {
        this.#moving.begin((text) => {
          send(this.#taps.out(text));
        });
      },
      receivedNext: (text, send) => {
        const frame = readFrame(this.#taps.in(text));
        if (frame.kind === "ping") {
          send(this.#taps.out(writeFrame(["$pong", frame.tick])));
          return;
        }
        const welcome = this.#moving.take(frame, (each) => {
          this.#incoming.take(each);
        });
        if (welcome !== null) this.#welcomed(welcome);
      },
      lostNext: () => {
        this.#moving.fail();
      },
      promoted: () => {
        this.#sending.disconnected();
        const welcome = this.#moving.promote();
        if (welcome !== null) this.#welcomed(welcome);
      },
      ready: () => undefined,
      probe: () => {
        this.#send(writeFrame(["$ping", this.#taps.tick()]));
      },
      renew: () => {
        void this.#renew();
      },
      moved: () => {
        this.#moving.end();
        return this.#sending.moved();
      },
      settled: () => {
        this.#sending.settled(this.#joining());
      },
      down: (fresh) => {
        this.#sending.disconnected();
        this.#away(fresh);
      },
      over: (reason) => {
        this.#finish(reason);
      },
    };
  }

  #online(): void {
    this.#eachChannel((channel) => {
      channel.take({ kind: "online" });
    });
  }

  #away(fresh: boolean): void {
    this.#eachChannel((channel) => {
      channel.take({ kind: "offline", fresh });
    });
  }

  #frameOwner(): FrameOwner {
    return {
      welcome: (frame) => {
        if (this.#link.phase === "opening") this.#welcomed(frame);
      },
      ping: (tick) => {
        this.#send(writeFrame(["$pong", tick]));
        if (this.#taps.measures) this.#send(writeFrame(["$ping", this.#taps.tick()]));
      },
      pong: (tick) => {
        this.#taps.pong(tick);
      },
      renewable: this.#tokens.renewable,
      drain: ({ within, to }) => {
        this.#link.drain(within * 1000, this.#allowed(to));
      },
      explain: (message) => {
        if (this.#link.phase !== "opening") return false;
        this.#link.take({ kind: "explained", message });
        return true;
      },
    };
  }

  #welcomed({ session, every, slack, ttl, lastRef }: FrameOf<"welcome">): void {
    this.#session = session;
    const quiet = (every + slack / 2) * 1000;
    this.#link.take({ kind: "welcomed", quiet, patience: (every + slack) * 1000, ttl: ttl * 1000 });
    this.#sending.welcomed(lastRef, this.#joining());
  }

  #makeSending(): Sending {
    const options = this.#options;
    const settings = this.#settings;
    const { incoming = true, outgoing = true } = options.validate ?? {};
    return new Sending({
      clock: settings.clock,
      validate: incoming,
      checks: outgoing,
      queue: options.queue,
      send: (text) => this.#send(text),
      ended: () => this.#ended,
      session: () => this.session,
      onInvalid: (tag, issues) => {
        tell(options.onInvalid, { tag, address: "", issues }, settings.onListenerError);
      },
      onDropped: (error) => {
        tell(options.onDropped, error, settings.onListenerError);
      },
    });
  }

  #makeWire(): Wire {
    const { clock, random, onListenerError } = this.#settings;
    return {
      clock,
      random,
      onListenerError,
      lingerMs: this.#options.lingerMs ?? 200,
      validates: this.#options.validate?.incoming ?? true,
      sending: this.#sending,
      surroundings: () => ({
        now: clock.now(),
        random,
        nextRef: () => this.#sending.nextRef(),
        online: this.#link.isOpen,
        renewable: this.#tokens.renewable,
      }),
      ended: () => this.#ended,
      wake: () => {
        if (this.#link.phase === "idle") this.#link.take({ kind: "connect" });
      },
      renew: () => {
        void this.#renew();
      },
      join: (text) => {
        this.#send(text);
      },
      leave: (address) => {
        this.#send(writeFrame(["$leave", this.#sending.nextRef(), address]));
      },
    };
  }

  #send(text: string): boolean {
    return this.#link.send(this.#taps.out(text));
  }

  async #takeToken(): Promise<void> {
    this.#token = await this.#tokens.next();
  }

  /** Shows a newer token on the open connection. What still holds goes on if that fails, until it ends. */
  async #renew(): Promise<void> {
    let ttl: number | null = null;
    try {
      await this.#takeToken();
      const answer = await this.#sending.ask("$auth", [this.#token]);
      ttl = isObject(answer) && isAmount(answer["ttl"]) ? answer["ttl"] * 1000 : Infinity;
    } catch {
      // The machine tries again while the present one lasts; the server then says what is wrong.
    }
    this.#link.take({ kind: "renewed", ttl });
    if (ttl === null) return;
    this.#eachChannel((channel) => {
      channel.take({ kind: "renewed" });
    });
  }

  #greeting(): Readonly<Record<string, unknown>> {
    const { name, version, hash } = this.#contract;
    const session = this.#session === "" ? {} : { session: this.#session };
    const token = this.#token === undefined ? {} : { token: this.#token };
    return { contract: name, version, hash, client: this.#id, ...session, ...token, capabilities: [] };
  }

  /** Where a draining server may send this client: to its own origin, and to those that were allowed. */
  #allowed(to: string): string {
    const { url, allowedOrigins = [] } = this.#options;
    const origin = originOf(to);
    return origin !== null && [originOf(url), ...allowedOrigins].includes(origin) ? to : "";
  }

  #finish(reason: CloseReason | null): void {
    const why = reason === null ? "the client was closed" : `the server ended the conversation: ${reason.message}`;
    const error = new ClosedError(why);
    this.#ended = error;
    this.#sending.closed(error, reason === null);
    this.#eachChannel((channel) => {
      channel.take({ kind: "over", error });
    });
  }

  #checkOf(tag: string): Check | null {
    for (const channel of this.#channels.values()) {
      const found = channel.checkOf(tag);
      if (found !== null) return found;
    }
    return null;
  }

  /** Where messages may be sent, or are behind a join that has left. */
  #joining(): readonly string[] {
    return [...this.#channels.values()].filter((each) => each.isAsked).map(({ address }) => address);
  }

  #eachChannel(act: (channel: LiveChannel) => void): void {
    for (const channel of [...this.#channels.values()]) act(channel);
  }
}

function isAnswer({ kind }: ServerFrame): boolean {
  return kind === "reply" || kind === "error";
}

/** Scheme, host and port of a URL; `null` for what is none. */
function originOf(url: string): string | null {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  } catch {
    return null;
  }
}

function makeId(random: () => number): string {
  const part = (): string =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  return part() + part() + part() + part();
}
