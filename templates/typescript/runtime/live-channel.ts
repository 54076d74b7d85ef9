/** What stands behind a channel's handle: counts its holders, drives one membership, and knows who listens. */
import type { AnyChannel, ChannelSnapshot, EventMeta, ResyncReason } from "./channel.js";
import type { Check } from "./checks.js";
import { type Clock, makeAlarm } from "./clock.js";
import type { ChannelTables, EventDefinition } from "./definition.js";
import { type Emitter, type ListenerFailure, makeEmitter } from "./emitter.js";
import { ClosedError, type RealtimeError } from "./errors.js";
import { type HandleTarget, makeHandle } from "./handle.js";
import {
  type ChannelSurroundings,
  DETACHED,
  type Membership,
  type MembershipEffect,
  type Occurrence,
  type Position,
  attach,
  detach,
  end,
  fail,
  hear,
  isOut,
  nextTry,
  tick,
} from "./membership.js";
import type { ClientOptions } from "./options.js";
import type { Sending } from "./sending.js";
import { type Store, makeCell } from "./store.js";
import { makeLoading } from "./while-loading.js";

/** What a channel needs of its client. */
export interface Wire {
  readonly clock: Clock;
  readonly random: () => number;
  readonly options: Pick<ClientOptions, "lingerMs">;
  /** Whether what comes in is checked. */
  readonly validates: boolean;
  readonly onListenerError: ListenerFailure;
  readonly sending: Sending;
  /** Those that have to be there although nobody may have their handles: they are held, or listened to. */
  readonly channels: Map<string, LiveChannel>;
  /** Why there will be no other connection; `null` while there may be. */
  readonly ended: RealtimeError | null;
  /** What a membership needs to know when something happens to it. */
  surroundings(): ChannelSurroundings;
  /** Somebody wants to be in a channel: there should be a connection. */
  wake(): void;
  /** The server wants a newer token. */
  readonly renew: () => void;
  say(...frame: readonly [tag: string, ...rest: unknown[]]): boolean;
}

interface IncomingEvent extends EventDefinition {
  readonly name: string;
  readonly listeners: Emitter<[payload: unknown, meta: EventMeta]>;
}

export interface LiveChannel extends HandleTarget {
  /** What users hold of it: only what its generated type promises. */
  readonly handle: AnyChannel;
  membership(): Membership;
  /** Whether messages can be sent now: also while the server counts it in, and wants it to join again. */
  isJoined(): boolean;
  /** Whether its join has left, so that what is sent now comes behind it. */
  isAsked(): boolean;
  /** The frame that asks for this channel, from where its events were heard. */
  joinFrame(ref: number): readonly [tag: string, ...rest: unknown[]];
  /** Lets the membership move, and does what it asks for. */
  take(occurrence: Occurrence): void;
  /** The same for the answer to a join, and who was present then. */
  arrive(occurrence: Occurrence, presence: unknown): void;
  /** It is on another connection, and nothing is asked over the one before any more. */
  moved(): void;
  /** Starts over, after the end of the connection, for those who still hold it. */
  revive(): void;
  /** Moves the position past an event; false if it is a duplicate, or from a membership that is over. */
  admits(offset: number): boolean;
  /** The event that a tag names, if it is one of this channel's. */
  incoming(tag: string): IncomingEvent | null;
  /** The check of what a tag carries, in either direction. */
  checkOf(tag: string): Check | null;
  /** Tells the listeners of an event that was admitted; nobody of one that is not valid (`null`). */
  deliver(event: IncomingEvent | null, payload: unknown, meta: EventMeta): void;
  /** A `$presence` frame has come. */
  heardPresence(version: unknown, info: unknown): void;
}

/** `unusable` says why its parameters can't be used; such a channel is never asked for. */
export function makeLiveChannel(
  tables: ChannelTables,
  address: string,
  wire: Wire,
  unusable: RealtimeError | null,
): LiveChannel {
  const { clock, random, validates, onListenerError, sending, channels, options } = wire;
  const tagOf = (event: string): string => `${tables.name}.${event}`;
  const heard = new Map<string, IncomingEvent>();
  for (const [name, definition] of Object.entries({ ...tables.relays, ...tables.events })) {
    if (definition) {
      heard.set(tagOf(name), { name, ...definition, listeners: makeEmitter(onListenerError) });
    }
  }
  /** For who listens later: the newest payloads of events whose newest value every join brings. */
  const newest = new Map<string, unknown>();
  const resyncs = makeEmitter<[reason: ResyncReason]>(onListenerError);
  const loading = makeLoading(onListenerError);
  const shown = makeCell(snapshotOf(DETACHED), onListenerError);
  let membership = DETACHED;
  /** How far listeners have heard; behind the membership's own position while events wait. */
  let processed: Position | null = null;
  /** What the latest join told of who is present. */
  let listing: unknown;
  let holders = 0;
  let listeners = 0;

  const isJoined = (): boolean =>
    membership.phase === "joined" || (membership.phase === "paused" && membership.counted);

  const linger = makeAlarm(clock, () => {
    take(detach);
  });
  const retry = makeAlarm(clock, () => {
    take(tick);
  });

  /** What is there for nobody lives on only as long as somebody has its handle. */
  const letGo = (): void => {
    if (isOut(membership) && holders === 0 && listeners === 0) channels.delete(address);
  };

  /** Counts a listener until the returned function is called. */
  const listened = (off: () => void): (() => void) => {
    listeners++;
    channels.set(address, channel);
    let active = true;
    return () => {
      if (!active) return;
      active = false;
      off();
      listeners--;
      letGo();
    };
  };

  /** A store whose listeners count as this channel's. */
  const kept = <S extends Store<unknown>>(store: S): S => ({
    ...store,
    subscribe: (listener) => listened(store.subscribe(listener)),
  });

  const show = (): void => {
    shown.set(snapshotOf(membership));
  };

  const ask: LiveChannel["ask"] = (tag, body, settings) => sending.ask(tag, [address, body], settings);

  const present = tables.presence?.({
    ...{ clock, random, validate: validates, onListenerError, tag: `${tables.name} presence` },
    isJoined,
    ask,
  });

  const perform: Readonly<Record<MembershipEffect, (state: Membership) => void>> = {
    join: ({ generation }) => {
      wire.say(...channel.joinFrame(generation));
    },
    leave: () => {
      wire.say("$leave", sending.nextRef(), address);
    },
    renew: () => {
      wire.renew();
    },
    /** What waited is sent, and what events build upon is loaded, before anybody hears of it. */
    arrived: ({ position, recovered, replay }) => {
      if (recovered !== true) loading.begin(position);
      loading.after(() => {
        if (!replay) processed = position;
      });
      sending.joined(address);
      present?.joined(listing);
      show();
    },
    resync: ({ loss }) => {
      resyncs.emit(loss);
    },
  };

  const take: LiveChannel["take"] = (occurrence) => {
    const before = membership;
    const [state, ...effects] = occurrence(before, wire.surroundings());
    membership = state;
    retry(nextTry(state));
    if (before.phase === "joined" && state.phase !== "joined") present?.away();
    if (state.phase !== before.phase && isOut(state)) {
      newest.clear();
      sending.gone(address);
    }
    for (const effect of effects) perform[effect](state);
    show();
    letGo();
  };

  const join = (since: Position | null): void => {
    if (unusable) {
      membership = fail(unusable);
      show();
      return;
    }
    take(attach(since));
    if (wire.ended) take(end(wire.ended));
    else wire.wake();
  };

  const channel: LiveChannel = {
    ...{ tables, address, validates, isJoined, take, ask },
    state: kept(shown),
    presence: present ? kept(present.shown) : null,
    membership: () => membership,
    isAsked: () => isJoined() || membership.phase === "joining",
    newest: (event) => newest.get(event),
    position: () => processed,

    retain: ({ load, since = null } = {}) => {
      holders++;
      channels.set(address, channel);
      linger(Infinity);
      const unload = load && loading.add(load);
      if (load && membership.phase === "joined") loading.run(load, membership.position);
      join(since);
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        unload?.();
        if (--holders === 0) linger(clock.now() + (options.lingerMs ?? 200));
      };
    },

    joined: () =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const { status, error } = shown.getSnapshot();
          if (status === "joining") return;
          stop();
          if (status === "joined") resolve();
          else
            reject(error ?? new ClosedError(`nobody holds ${address}: call retain() first, and keep what it returns`));
        };
        const stop = channel.state.subscribe(look);
        look();
      }),

    on: (event, listener) => {
      const off = heard.get(tagOf(event))?.listeners.add(listener);
      return off ? listened(off) : () => undefined;
    },

    onResync: (listener) => listened(resyncs.add(listener)),

    request: (name, payload, settings = {}) => {
      const definition = Object.hasOwn(tables.requests, name) ? tables.requests[name] : undefined;
      if (!definition) throw new TypeError(`${tables.name} has no request ${JSON.stringify(name)}`);
      return sending.request(channel, tagOf(name), definition, payload, settings);
    },

    notify: (name, definition, payload) => sending.notify(channel, tagOf(name), definition, payload),

    joinFrame: (ref) => {
      const { position } = membership;
      return ["$join", ref, address, position ? { since: [position.epoch, position.offset] } : {}];
    },

    arrive: (occurrence, presence) => {
      listing = presence;
      take(occurrence);
    },

    moved: () => {
      present?.moved();
    },

    revive: () => {
      if (holders > 0) join(null);
    },

    admits: (offset) => hear(membership, offset),
    incoming: (tag) => heard.get(tag) ?? null,

    checkOf: (tag) => {
      const { requests, notices, relays, events } = tables;
      const all: Partial<Record<string, EventDefinition>> = { ...requests, ...notices, ...relays, ...events };
      const [name, event = ""] = tag.split(".");
      return name === tables.name && Object.hasOwn(all, event) ? (all[event]?.check ?? null) : null;
    },

    deliver: (event, payload, meta) => {
      const { position, replay } = membership;
      loading.after(() => {
        if (event?.latest === true) newest.set(event.name, payload);
        event?.listeners.emit(payload, meta);
        if (meta.offset > 0) processed = position;
      });
      if (!replay && !shown.getSnapshot().caughtUp) show();
    },

    heardPresence: (version, info) => {
      if (membership.phase === "joined") present?.heard(version, info);
    },

    get handle() {
      return handle;
    },
  };
  const handle = makeHandle(channel);
  return channel;
}

function snapshotOf({ phase, recovered, replay, error }: Membership): ChannelSnapshot {
  const status = phase === "away" || phase === "paused" ? "joining" : phase;
  return { status, recovered, caughtUp: phase === "joined" && !replay, error };
}
