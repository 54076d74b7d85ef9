import { assertInInjectionContext, computed, type Signal } from "@angular/core";

import { type AnyChannel, eventList, type EventListOptions, type EventListSnapshot, type EventsOf } from "./core.js";
import type { WithChannel } from "./inject-channel.js";
import { injectStore } from "./inject-store.js";

/** A list of events, as signals. */
export type EventListBinding<Payload> = {
  readonly [K in keyof EventListSnapshot<Payload>]: Signal<EventListSnapshot<Payload>[K]>;
};

/**
 * The newest events, oldest first: since the component was made, and with `history` those before. Another channel
 * begins anew.
 */
export function injectEventList<C extends AnyChannel, K extends keyof EventsOf<C> & string>(
  room: WithChannel<C>,
  event: K,
  options: EventListOptions<C, K> = {},
): EventListBinding<EventsOf<C>[K]> {
  assertInInjectionContext(injectEventList);
  const none: EventListSnapshot<EventsOf<C>[K]> = { items: [], loading: false, error: null };
  const snapshot = injectStore<EventListSnapshot<EventsOf<C>[K]>>(() => {
    const channel = room.channel();
    return channel === null ? null : eventList(channel, event, options);
  }, none);
  return {
    items: computed(() => snapshot().items),
    loading: computed(() => snapshot().loading),
    error: computed(() => snapshot().error),
  };
}
