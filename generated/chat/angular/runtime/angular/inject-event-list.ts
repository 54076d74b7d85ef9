import { type Fields, injectFields } from "./bindings.js";
import { type AnyChannel, eventList, type EventListOptions, type EventListSnapshot, type EventsOf } from "./core.js";
import type { WithChannel } from "./inject-channel.js";

/** A list of events, as signals. */
export type EventListBinding<Payload> = Fields<EventListSnapshot<Payload>>;

const EMPTY: EventListSnapshot<never> = { items: [], loading: false, error: null };

/**
 * The newest events, oldest first: since the component was made, and with `history` those before. Another channel
 * begins anew.
 */
export function injectEventList<C extends AnyChannel, K extends keyof EventsOf<C> & string>(
  room: WithChannel<C>,
  event: K,
  options: EventListOptions<C, K> = {},
): EventListBinding<EventsOf<C>[K]> {
  return injectFields<EventListSnapshot<EventsOf<C>[K]>>(
    injectEventList,
    () => {
      const channel = room.channel();
      return channel && eventList(channel, event, options);
    },
    EMPTY,
  );
}
