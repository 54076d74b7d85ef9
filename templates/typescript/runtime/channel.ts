/** What a channel is to those who use it: the types that generated handles extend, and that hooks infer from. */
import type { RealtimeError, RequestError } from "./errors.js";
import type { Position } from "./membership.js";
import type { Store } from "./store.js";

/** Events that can be listened to: name to payload. */
export type EventMap = Record<string, unknown>;

/** Requests that can be made: name to the types of both directions, and the errors that the contract declares. */
export type RequestMap = Record<
  string,
  { readonly payload: unknown; readonly reply: unknown; readonly error?: RequestError }
>;

declare const nothing: unique symbol;

/** The map of a channel without events, or without requests: it has no names at all. */
export type Nothing = { readonly [nothing]?: never };

export type ChannelStatus = "detached" | "joining" | "joined" | "failed";

/** How a client stands with a channel. */
export interface ChannelSnapshot {
  readonly status: ChannelStatus;
  /** After a rejoin: whether all that was missed came along. `null` before the first rejoin. */
  readonly recovered: boolean | null;
  /** Whether what is shown is up to date: joined, with all that was missed delivered. */
  readonly caughtUp: boolean;
  /** Why the channel can't be joined; `null` while all is well. */
  readonly error: RealtimeError | null;
}

/** What comes with an event beside its payload. */
export interface EventMeta {
  /** Where a recorded event stands in the channel's history; 0 for others. */
  readonly offset: number;
  /** The session that sent a relayed event. */
  readonly by?: string;
  /** It came with a join, as the newest value of what the contract calls `latest`: it may have been heard before. */
  readonly newest?: true;
}

export interface RequestOptions {
  /** Milliseconds to wait for the answer, instead of what the contract says. */
  readonly timeoutMs?: number;
  /** Gives up waiting. What was sent stays sent. */
  readonly signal?: AbortSignal;
  /** Called if it has to wait for the channel to be joined, which the contract allows with `offline: queue`. */
  readonly onQueued?: () => void;
}

/** How to join. */
export interface JoinOptions {
  /**
   * Loads what events build upon. Called with the position after which events follow: once joined, and again when
   * continuity was lost. Events wait until it is done.
   */
  readonly load?: (position: Position | null) => Promise<void>;
  /** Where an earlier life of the page had got to (its last `positionOf(channel)`): what came after it is delivered first. */
  readonly since?: Position | null;
}

/** Why a rejoin could not bring back all that was missed; a server may have further reasons. */
export type ResyncReason = "epoch_changed" | "too_old" | "too_many" | "invalidated" | (string & {});

/**
 * A handle on one channel at one address. There is one object per client and address, however often it is asked for,
 * as long as somebody has it, holds it joined or listens to it.
 *
 * Generic code takes `Channel<Events, Requests>` and has both inferred from the handle it is given.
 */
export interface Channel<Events extends EventMap = EventMap, Requests extends RequestMap = RequestMap> {
  /** The address with its parameters filled in. */
  readonly address: string;
  readonly state: Store<ChannelSnapshot>;
  /** Only for inference; there is no such property. */
  readonly "~types"?: { readonly events: Events; readonly requests: Requests };

  /**
   * Holds the channel joined until the returned function is called. The first holder joins; after the last one has let
   * go, the channel is left when nobody came back within the client's linger time.
   */
  retain(options?: JoinOptions): () => void;

  /** Resolves when the channel is joined; rejects when it is refused, closed, or not held by anybody. */
  joined(): Promise<void>;

  /** Calls `listener` for each event until the returned function is called; never with a payload that is not valid. */
  on<K extends keyof Events & string>(event: K, listener: (payload: Events[K], meta: EventMeta) => void): () => void;

  /** Calls `listener` when a rejoin could not bring back all that was missed: load afresh what was built from events. */
  onResync(listener: (reason: ResyncReason) => void): () => void;

  /** Makes a request by its name; each has a method of its own, too. */
  request<K extends keyof Requests & string>(
    name: K,
    payload: Requests[K]["payload"],
    options?: RequestOptions,
  ): Promise<Requests[K]["reply"]>;
}

/** What a handle has more where the contract records events: which, for those who read their history. */
export interface Recording<Names extends string> {
  /** Only for inference; there is no such property. */
  readonly "~recorded"?: Names;
}

/** The names of a handle's recorded events. */
export type RecordedOf<C> = "~recorded" extends keyof C
  ? C extends Recording<infer Names extends string>
    ? Names
    : never
  : never;

/** Any channel, where its events and requests do not matter. */
export type AnyChannel = Channel;

/** The events of a handle: name to payload. */
export type EventsOf<C> = C extends { readonly "~types"?: { readonly events: infer Events extends EventMap } }
  ? Events
  : never;

/** The requests of a handle: name to payload and reply. */
export type RequestsOf<C> = C extends { readonly "~types"?: { readonly requests: infer Requests extends RequestMap } }
  ? Requests
  : never;
