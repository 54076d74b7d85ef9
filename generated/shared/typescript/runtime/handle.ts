/** The object that users hold: the members of `Channel`, and one method for each thing they can send. */
import type { AnyChannel, Channel, RequestOptions } from "./channel.js";
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

/** What a handle stands before. Its functions need no `this`. */
export interface HandleTarget extends Pick<
  Channel,
  "address" | "state" | "retain" | "joined" | "on" | "onResync" | "request"
> {
  readonly tables: ChannelTables;
  readonly presence: Presence | null;
  readonly validates: boolean;
  /** The event that a tag names, if it is one of this channel's. */
  readonly incoming: (tag: string) => { readonly name: string; readonly check: Check } | null;
  readonly position: () => Position | null;
  /** The newest payload of an event that the contract calls `latest`, while the channel is joined or on its way back. */
  readonly newest: (event: string) => unknown;
  /** Makes one of the protocol's own requests about this channel. */
  readonly ask: (tag: string, body: unknown, options?: RequestOptions) => Promise<unknown>;
  readonly notify: (name: string, definition: EventDefinition, payload: unknown) => Fate;
}

/** Makes the handle of a channel. Its functions need no `this`, so they can be taken apart. */
export function makeHandle(target: HandleTarget): AnyChannel {
  const { tables, presence, address, state, retain, joined, on, onResync, request, notify } = target;
  const methods: Record<string, (payload?: unknown, options?: RequestOptions) => unknown> = {};
  for (const name of Object.keys(tables.requests)) {
    methods[name] = (payload = null, options) => request(name, payload, options);
  }
  for (const [name, definition] of [...Object.entries(tables.notices), ...Object.entries(tables.relays)]) {
    methods[name] = (payload = null) => notify(name, definition, payload);
  }
  return Object.freeze({
    ...methods,
    ...(presence && { presence }),
    ...{ [INSIDE]: target, address, state, retain, joined, on, onResync, request },
  } satisfies AnyChannel & Inside);
}
