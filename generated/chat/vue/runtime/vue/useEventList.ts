import { computed, type ComputedRef, toValue } from "vue";

import { type AnyChannel, eventList, type EventListOptions, type EventListSnapshot, type EventsOf } from "./core.js";
import { partsOf } from "./partsOf.js";
import type { WithChannel } from "./useChannel.js";
import { useStore } from "./useStore.js";

/** The newest events of one name, as refs. */
export type EventListBinding<Payload> = {
  readonly [K in keyof EventListSnapshot<Payload>]: ComputedRef<EventListSnapshot<Payload>[K]>;
};

/**
 * The newest events since the component was mounted, oldest first; with `history`, those before them, too.
 * Another channel begins with an empty list.
 */
export function useEventList<C extends AnyChannel, Name extends keyof EventsOf<C> & string>(
  room: WithChannel<C>,
  event: Name,
  options: EventListOptions<C, Name> = {},
): EventListBinding<EventsOf<C>[Name]> {
  const list = computed(() => {
    const channel = toValue(room.channel);
    return channel === null ? null : eventList(channel, event, options);
  });
  const isToCome = toValue(room.channel) !== null && typeof options.history === "number";
  const snapshot = useStore<EventListSnapshot<EventsOf<C>[Name]>>(() => list.value, {
    items: [],
    loading: isToCome,
    error: null,
  });
  return { ...partsOf(snapshot), loading: computed(() => list.value !== null && snapshot.value.loading) };
}
