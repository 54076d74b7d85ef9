import { useMemo } from "react";

import { type AnyChannel, eventList, type EventListOptions, type EventListSnapshot, type EventsOf } from "./core.js";
import type { WithChannel } from "./useChannel.js";
import { useStore } from "./useStore.js";

const empty: EventListSnapshot<never> = { items: [], loading: false, error: null };
const loading: EventListSnapshot<never> = { ...empty, loading: true };

/**
 * The newest events since the component was mounted, oldest first; with `history`, those before them, too.
 * The array is the same one until the next event comes. Another channel begins with an empty list.
 */
export function useEventList<C extends AnyChannel, Name extends keyof EventsOf<C> & string>(
  { channel }: WithChannel<C>,
  event: Name,
  { keep, history }: EventListOptions<C, Name> = {},
): EventListSnapshot<EventsOf<C>[Name]> {
  const list = useMemo(
    () => (channel === null ? null : eventList(channel, event, { keep, history })),
    [channel, event, keep, history],
  );
  const isToCome = list !== null && typeof history === "number";
  return useStore<EventListSnapshot<EventsOf<C>[Name]>>(list, isToCome ? loading : empty);
}
