/** What stands behind a channel's handle: counts its holders, drives one membership, and knows who listens. */
import type { AnyChannel, ChannelSnapshot, EventMeta, JoinOptions, RequestOptions, ResyncReason } from "./channel.js";
import { Alarm, type Clock } from "./clock.js";
import type { ChannelTables, EventDefinition, Fate } from "./definition.js";
import { Emitter, type ListenerFailure } from "./emitter.js";
import { ClosedError, type RealtimeError } from "./errors.js";
import { makeHandle } from "./handle.js";
import { Loading } from "./while-loading.js";
import {
  type ChannelSurroundings,
  DETACHED,
  type Membership,
  type MembershipEffect,
  type MembershipInput,
  type Position,
  hear,
  nextTry,
  step,
} from "./membership.js";
import type { ClientOptions } from "./options.js";
import type { Presence, PresencePart } from "./presence-feature.js";
import type { Sending } from "./sending.js";
import { Cell, type Store } from "./store.js";

/** What a channel needs of its client. */
export interface Wire {
  readonly clock: Clock;
  readonly random: () => number;
  readonly options: Pick<ClientOptions, "lingerMs">;
  /** Whether what comes in is checked. */
  readonly validates: boolean;
  readonly onListenerError: ListenerFailure;
  readonly sending: Sending;
  /** Why there will be no other connection; `null` while there may be. */
  readonly ended: RealtimeError | null;
  /** What a membership needs to know when something happens to it. */
  surroundings(): ChannelSurroundings;
  /** Somebody wants to be in a channel: there should be a connection. */
  wake(): void;
  /** The server wants a newer token. */
  renew(): void;
  say(...frame: readonly [tag: string, ...rest: unknown[]]): boolean;
  /** This channel has to be there although nobody may have its handle: it is held, or listened to. */
  keep(channel: LiveChannel): void;
  /** It need not be, any more. */
  drop(channel: LiveChannel): void;
}

interface IncomingEvent extends EventDefinition {
  readonly name: string;
  readonly listeners: Emitter<[payload: unknown, meta: EventMeta]>;
}

export class LiveChannel {
  readonly address: string;
  readonly state: Store<ChannelSnapshot>;
  readonly presence: Presence | null;
  /** What users hold of it: only what its generated type promises. */
  readonly handle: AnyChannel;
  readonly tables: ChannelTables;
  readonly #wire: Wire;
  /** Why its parameters can't be used; such a channel is never asked for. */
  readonly #unusable: RealtimeError | null;
  /** What can be heard here, by tag. */
  readonly #incoming = new Map<string, IncomingEvent>();
  /** For who listens later: the newest payloads of events whose newest value every join brings. */
  readonly #newest = new Map<string, unknown>();
  readonly #resyncs: Emitter<[reason: ResyncReason]>;
  readonly #linger: Alarm;
  readonly #retry: Alarm;
  readonly #loading: Loading;
  readonly #present: PresencePart | null;
  readonly #shown: Cell<ChannelSnapshot>;
  #membership: Membership = DETACHED;
  /** How far listeners have heard; behind the membership's own position while events wait. */
  #processed: Position | null = null;
  #holders = 0;
  #listeners = 0;

  constructor(tables: ChannelTables, address: string, wire: Wire, unusable: RealtimeError | null) {
    this.tables = tables;
    this.address = address;
    this.#wire = wire;
    this.#unusable = unusable;
    const { clock, random, validates: validate, onListenerError } = wire;
    for (const [event, definition] of Object.entries({ ...tables.relays, ...tables.events })) {
      if (definition === undefined) continue;
      const listeners: IncomingEvent["listeners"] = new Emitter(onListenerError);
      this.#incoming.set(`${tables.name}.${event}`, { name: event, ...definition, listeners });
    }
    this.#shown = new Cell(snapshotOf(DETACHED), onListenerError);
    this.state = this.#kept(this.#shown);
    this.#resyncs = new Emitter(onListenerError);
    this.#loading = new Loading(onListenerError);
    this.#linger = new Alarm(clock, () => {
      this.take({ kind: "detach" });
    });
    this.#retry = new Alarm(clock, () => {
      this.take({ kind: "tick" });
    });
    this.#present =
      tables.presence?.({
        ...{ clock, random, validate, onListenerError, tag: `${tables.name} presence` },
        isJoined: () => this.isJoined,
        ask: (tag, body) => this.ask(tag, body),
      }) ?? null;
    this.presence = this.#present && this.#kept(this.#present.shown);
    this.handle = makeHandle(this);
  }

  get membership(): Membership {
    return this.#membership;
  }

  /** Whether messages can be sent now: also while the server counts it in, and wants it to join again. */
  get isJoined(): boolean {
    const { phase, counted } = this.#membership;
    return phase === "joined" || (phase === "paused" && counted);
  }

  /** Whether its join has left, so that what is sent now comes behind it. */
  get isAsked(): boolean {
    return this.isJoined || this.#membership.phase === "joining";
  }

  get validates(): boolean {
    return this.#wire.validates;
  }

  newest(event: string): unknown {
    return this.#newest.get(event);
  }

  /** How far listeners have heard. */
  position(): Position | null {
    return this.#processed;
  }

  retain({ load, since = null }: JoinOptions = {}): () => void {
    this.#holders++;
    this.#wire.keep(this);
    this.#linger.set(null);
    const unload = load && this.#loading.add(load);
    if (load !== undefined && this.#membership.phase === "joined") this.#loading.run(load, this.#membership.position);
    this.#attach(since);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      unload?.();
      this.#holders--;
      if (this.#holders === 0) this.#linger.set(this.#wire.clock.now() + (this.#wire.options.lingerMs ?? 200));
    };
  }

  joined(): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const { status, error } = this.state.getSnapshot();
        if (status === "joining") return;
        stop();
        if (status === "joined") resolve();
        else
          reject(
            error ?? new ClosedError(`nobody holds ${this.address}: call retain() first, and keep what it returns`),
          );
      };
      const stop = this.state.subscribe(look);
      look();
    });
  }

  on(event: string, listener: (payload: unknown, meta: EventMeta) => void): () => void {
    const off = this.incoming(`${this.tables.name}.${event}`)?.listeners.add(listener);
    return off === undefined ? (): void => undefined : this.#listened(off);
  }

  onResync(listener: (reason: ResyncReason) => void): () => void {
    return this.#listened(this.#resyncs.add(listener));
  }

  request(name: string, payload: unknown, options: RequestOptions = {}): Promise<unknown> {
    const { name: channel, requests } = this.tables;
    const definition = Object.hasOwn(requests, name) ? requests[name] : undefined;
    if (definition === undefined) throw new TypeError(`${channel} has no request ${JSON.stringify(name)}`);
    return this.#wire.sending.request(this, `${channel}.${name}`, definition, payload, options);
  }

  /** Sends a notice or a relay. */
  notify(name: string, definition: EventDefinition, payload: unknown): Fate {
    return this.#wire.sending.notify(this, `${this.tables.name}.${name}`, definition, payload);
  }

  ask(tag: string, body: unknown, options?: RequestOptions): Promise<unknown> {
    return this.#wire.sending.ask(tag, [this.address, body], options);
  }

  /** The frame that asks for this channel, from where its events were heard. */
  joinFrame(ref: number): [tag: string, ...rest: unknown[]] {
    const { position } = this.#membership;
    return ["$join", ref, this.address, position === null ? {} : { since: [position.epoch, position.offset] }];
  }

  /** Lets the membership move, and does what it asks for. */
  take(input: MembershipInput): void {
    const before = this.#membership;
    const { state, effects } = step(before, input, this.#wire.surroundings());
    this.#membership = state;
    this.#retry.set(nextTry(state));
    if (state.phase !== before.phase) this.#changed(before, state);
    for (const effect of effects) this.#perform(effect);
    if ("answer" in input && state !== before) this.#arrived(input.answer.presence);
    this.#show();
    for (const effect of effects) {
      if (effect.kind === "resync") this.#resyncs.emit(effect.reason);
    }
    this.#letGo();
  }

  /** Starts over, after the end of the connection, for those who still hold it. */
  revive(): void {
    if (this.#holders > 0) this.#attach(null);
  }

  /** Moves the position past an event; false if it is a duplicate, or from a membership that is over. */
  admits(offset: number): boolean {
    return hear(this.#membership, offset);
  }

  /** The event that a tag names, if it is one of this channel's. */
  incoming(tag: string): IncomingEvent | null {
    return this.#incoming.get(tag) ?? null;
  }

  /** Tells the listeners of an event that was admitted; nobody of one that is not valid (`null`). */
  deliver(event: IncomingEvent | null, payload: unknown, meta: EventMeta): void {
    const { position, replay } = this.#membership;
    const done = meta.offset > 0 ? position : null;
    if (this.#loading.isRunning) {
      this.#loading.after(() => {
        this.#tell(event, payload, meta, done);
      });
    } else {
      this.#tell(event, payload, meta, done);
    }
    if (replay === null && !this.state.getSnapshot().caughtUp) this.#show();
  }

  #tell(event: IncomingEvent | null, payload: unknown, meta: EventMeta, done: Position | null): void {
    if (event?.latest === true) this.#newest.set(event.name, payload);
    event?.listeners.emit(payload, meta);
    if (done !== null) this.#processed = done;
  }

  /** A `$presence` frame has come. */
  heardPresence(version: unknown, info: unknown): void {
    if (this.#membership.phase === "joined") this.#present?.heard(version, info);
  }

  /** A store whose listeners count as this channel's. */
  #kept<S extends Store<unknown>>(store: S): S {
    return { ...store, subscribe: (listener) => this.#listened(store.subscribe(listener)) };
  }

  /** Counts a listener until the returned function is called. */
  #listened(off: () => void): () => void {
    this.#listeners++;
    this.#wire.keep(this);
    let active = true;
    return () => {
      if (!active) return;
      active = false;
      off();
      this.#listeners--;
      this.#letGo();
    };
  }

  /** Lives on only as long as somebody has its handle, if nothing else needs it. */
  #letGo(): void {
    const { phase } = this.#membership;
    const isIdle = phase === "detached" || phase === "failed";
    if (isIdle && this.#holders === 0 && this.#listeners === 0) this.#wire.drop(this);
  }

  #perform(effect: MembershipEffect): void {
    const { sending } = this.#wire;
    if (effect.kind === "join") this.#wire.say(...this.joinFrame(effect.ref));
    else if (effect.kind === "leave") this.#wire.say("$leave", sending.nextRef(), this.address);
    else if (effect.kind === "renew") this.#wire.renew();
  }

  #changed(before: Membership, { phase }: Membership): void {
    if (before.phase === "joined" && phase !== "joined") this.#present?.away();
    if (phase !== "detached" && phase !== "failed") return;
    this.#newest.clear();
    this.#wire.sending.gone(this.address);
  }

  /** The join was answered: what waited is sent, and what events build upon is loaded, before anybody hears of it. */
  #arrived(presence: unknown): void {
    const { position, recovered, replay } = this.#membership;
    if (recovered !== true) this.#loading.begin(position);
    this.#loading.after(() => {
      if (replay === null) this.#processed = position;
    });
    this.#wire.sending.joined(this.address);
    this.#present?.joined(presence);
  }

  #show(): void {
    this.#shown.set(snapshotOf(this.#membership));
  }

  #attach(since: Position | null): void {
    if (this.#unusable !== null) {
      this.#membership = { ...DETACHED, phase: "failed", error: this.#unusable };
      this.#show();
      return;
    }
    this.take({ kind: "attach", since });
    const { ended } = this.#wire;
    if (ended === null) this.#wire.wake();
    else this.take({ kind: "over", error: ended });
  }
}

function snapshotOf({ phase, recovered, replay, error }: Membership): ChannelSnapshot {
  const status = phase === "away" || phase === "paused" ? "joining" : phase;
  return { status, recovered, caughtUp: phase === "joined" && replay === null, error };
}
