/** The object that users hold: the members of `Channel`, and one method for each thing they can send. */
import type { AnyChannel, Channel, JoinOptions, RequestOptions } from "./channel.js";
import type { Check } from "./checks.js";
import type { ChannelTables, EventDefinition, Fate } from "./definition.js";
import type { Position } from "./membership.js";
import type { Presence } from "./presence-feature.js";

/** Behind this stands, for the features of the runtime that are functions, what they need of a channel. */
export const INSIDE: unique symbol = Symbol("inside");

/** A handle, as the runtime's own functions see it. */
export interface Inside {
  readonly [INSIDE]?: HandleTarget;
}

/**
 * How far listeners have heard a channel's recorded events: what to keep, and to hand to `retain({ since })` in another
 * life of the page. `null` before the first join.
 */
export function positionOf(channel: object): Position | null {
  return insideOf(channel).position();
}

/** What stands behind a handle. Throws for what this runtime did not make. */
export function insideOf(channel: object): HandleTarget {
  const target = (channel as Inside)[INSIDE];
  if (target === undefined) throw new TypeError("this is no channel of this client");
  return target;
}

/** What a handle stands before. */
export interface HandleTarget {
  readonly address: string;
  readonly state: Channel["state"];
  readonly tables: ChannelTables;
  readonly presence: Presence | null;
  readonly validates: boolean;
  /** The event that a tag names, if it is one of this channel's. */
  incoming(tag: string): { readonly name: string; readonly check: Check } | null;
  retain(options?: JoinOptions): () => void;
  position(): Position | null;
  /** The newest payload of an event that the contract calls `latest`, while the channel is joined or on its way back. */
  newest(event: string): unknown;
  /** Makes one of the protocol's own requests about this channel. */
  ask(tag: string, body: unknown, options?: RequestOptions): Promise<unknown>;
  joined(): Promise<void>;
  on: Channel["on"];
  onResync: Channel["onResync"];
  request: Channel["request"];
  notify(name: string, definition: EventDefinition, payload: unknown): Fate;
}

/** Makes the handle of a channel. Its functions need no `this`, so they can be taken apart. */
export function makeHandle(target: HandleTarget): AnyChannel {
  const { requests, notices, relays } = target.tables;
  const methods: Record<string, (payload?: unknown, options?: RequestOptions) => unknown> = {};
  for (const name of Object.keys(requests)) {
    methods[name] = (payload = null, options) => target.request(name, payload, options);
  }
  for (const [name, definition] of [...Object.entries(notices), ...Object.entries(relays)]) {
    methods[name] = (payload = null) => target.notify(name, definition, payload);
  }
  return Object.freeze({
    ...methods,
    ...(target.presence === null ? {} : { presence: target.presence }),
    [INSIDE]: target,
    address: target.address,
    state: target.state,
    retain: (options) => target.retain(options),
    joined: () => target.joined(),
    on: (event, listener) => target.on(event, listener),
    onResync: (listener) => target.onResync(listener),
    request: (name, payload, options) => target.request(name, payload, options),
  } satisfies AnyChannel & Inside);
}
