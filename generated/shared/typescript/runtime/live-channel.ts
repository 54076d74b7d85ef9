/** What stands behind a channel's handle: counts its holders, drives one membership, and knows who listens. */
import type { AnyChannel, ChannelSnapshot, EventMeta, RequestOptions, ResyncReason } from "./channel.js";
import { Alarm, type Clock } from "./clock.js";
import type { ChannelTables, EventDefinition, RequestDefinition } from "./definition.js";
import { Emitter, type ListenerFailure } from "./emitter.js";
import { ClosedError, type RealtimeError } from "./errors.js";
import type { Check } from "./checks.js";
import { makeHandle } from "./handle.js";
import {
  type ChannelSurroundings,
  DETACHED,
  type Membership,
  type MembershipInput,
  type Position,
  nextTry,
  step,
} from "./membership.js";
import { Cell } from "./store.js";

/** What a channel needs of its client. */
export interface Wire {
  readonly clock: Clock;
  readonly lingerMs: number;
  readonly onListenerError: ListenerFailure;
  /** What a membership needs to know when something happens to it. */
  surroundings(): ChannelSurroundings;
  /** Why there will be no other connection; `null` while there may be. */
  ended(): RealtimeError | null;
  /** Somebody wants to be in a channel: there should be a connection. */
  wake(): void;
  join(ref: number, address: string, since: Position | null): void;
  leave(address: string): void;
  /** Sends without waiting for an answer; throws if it can't. */
  notify(channel: LiveChannel, tag: string, definition: EventDefinition, payload: unknown): void;
  request(
    channel: LiveChannel,
    tag: string,
    definition: RequestDefinition,
    payload: unknown,
    options: RequestOptions,
  ): Promise<unknown>;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: RealtimeError) => void;
}

export class LiveChannel {
  readonly address: string;
  readonly state: Cell<ChannelSnapshot>;
  /** What users hold of it: only what its generated type promises. */
  readonly handle: AnyChannel;
  readonly tables: ChannelTables;
  readonly #wire: Wire;
  /** Why its parameters can't be used; such a channel is never asked for. */
  readonly #unusable: RealtimeError | null;
  readonly #listeners = new Map<string, Emitter<[payload: unknown, meta: EventMeta]>>();
  readonly #resyncs: Emitter<[reason: ResyncReason]>;
  readonly #waiters = new Set<Waiter>();
  readonly #linger: Alarm;
  readonly #retry: Alarm;
  #membership: Membership = DETACHED;
  #holders = 0;

  constructor(tables: ChannelTables, address: string, wire: Wire, unusable: RealtimeError | null) {
    this.tables = tables;
    this.address = address;
    this.#wire = wire;
    this.#unusable = unusable;
    this.state = new Cell(snapshotOf(DETACHED), wire.onListenerError);
    this.#resyncs = new Emitter(wire.onListenerError);
    this.#linger = new Alarm(wire.clock, () => {
      this.take({ kind: "detach" });
    });
    this.#retry = new Alarm(wire.clock, () => {
      this.take({ kind: "tick" });
    });
    this.handle = makeHandle(this);
  }

  /** Whether messages can be sent now. */
  get isJoined(): boolean {
    return this.#membership.phase === "joined";
  }

  retain(): () => void {
    this.#holders++;
    this.#linger.set(null);
    this.#attach();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holders--;
      if (this.#holders === 0) this.#linger.set(this.#wire.clock.now() + this.#wire.lingerMs);
    };
  }

  joined(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.add({ resolve, reject });
      this.#settleWaiters();
    });
  }

  on(event: string, listener: (payload: unknown, meta: EventMeta) => void): () => void {
    let emitter = this.#listeners.get(event);
    if (emitter === undefined) {
      emitter = new Emitter(this.#wire.onListenerError);
      this.#listeners.set(event, emitter);
    }
    return emitter.add(listener);
  }

  onResync(listener: (reason: ResyncReason) => void): () => void {
    return this.#resyncs.add(listener);
  }

  request(name: string, payload: unknown, options: RequestOptions = {}): Promise<unknown> {
    const { name: channel, requests } = this.tables;
    const definition = Object.hasOwn(requests, name) ? requests[name] : undefined;
    if (definition === undefined) throw new TypeError(`${channel} has no request ${JSON.stringify(name)}`);
    return this.#wire.request(this, `${channel}.${name}`, definition, payload, options);
  }

  /** Sends a notice or a relay. */
  notify(name: string, definition: EventDefinition, payload: unknown): void {
    this.#wire.notify(this, `${this.tables.name}.${name}`, definition, payload);
  }

  /** Lets the membership move, and does what it asks for. */
  take(input: MembershipInput): void {
    const { state, effects } = step(this.#membership, input, this.#wire.surroundings());
    this.#membership = state;
    this.#retry.set(nextTry(state));
    for (const effect of effects) {
      if (effect.kind === "join") this.#wire.join(effect.ref, this.address, effect.since);
      else if (effect.kind === "leave") this.#wire.leave(this.address);
    }
    this.state.set(snapshotOf(state));
    this.#settleWaiters();
    for (const effect of effects) {
      if (effect.kind === "resync") this.#resyncs.emit(effect.reason);
    }
  }

  /** Starts over, after the end of the connection, for those who still hold it. */
  revive(): void {
    if (this.#holders > 0) this.#attach();
  }

  /** Moves the position past an event; false if it is a duplicate, or from a membership that is over. */
  admits(offset: number): boolean {
    const { state, effects } = step(this.#membership, { kind: "event", offset }, this.#wire.surroundings());
    this.#membership = state;
    return effects.length > 0;
  }

  /** The event that a tag names, if it is one of this channel's. */
  incoming(tag: string): { readonly name: string; readonly check: Check } | null {
    const prefix = `${this.tables.name}.`;
    if (!tag.startsWith(prefix)) return null;
    const name = tag.slice(prefix.length);
    for (const table of [this.tables.events, this.tables.relays]) {
      const definition = Object.hasOwn(table, name) ? table[name] : undefined;
      if (definition !== undefined) return { name, check: definition.check };
    }
    return null;
  }

  /** Tells the listeners of an event that may be delivered. */
  deliver(event: string, payload: unknown, meta: EventMeta): void {
    this.#listeners.get(event)?.emit(payload, meta);
  }

  #attach(): void {
    if (this.#unusable !== null) {
      this.#membership = { ...DETACHED, phase: "failed", error: this.#unusable };
      this.state.set(snapshotOf(this.#membership));
      return;
    }
    this.take({ kind: "attach" });
    const ended = this.#wire.ended();
    if (ended === null) this.#wire.wake();
    else this.take({ kind: "over", error: ended });
  }

  #settleWaiters(): void {
    const { phase, error } = this.#membership;
    if (phase === "joined") {
      this.#dismiss(({ resolve }) => {
        resolve();
      });
    } else if (phase === "failed" || phase === "detached") {
      const reason =
        error ?? new ClosedError(`nobody holds ${this.address}: call retain() first, and keep what it returns`);
      this.#dismiss(({ reject }) => {
        reject(reason);
      });
    }
  }

  #dismiss(tell: (waiter: Waiter) => void): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    waiters.forEach(tell);
  }
}

function snapshotOf({ phase, recovered, error }: Membership): ChannelSnapshot {
  switch (phase) {
    case "away":
    case "paused":
      return { status: "joining", recovered, error };
    default:
      return { status: phase, recovered, error };
  }
}
