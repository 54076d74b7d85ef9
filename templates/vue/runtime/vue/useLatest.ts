import { computed, type ComputedRef, toValue } from "vue";

import { type AnyChannel, type EventsOf, latestOf } from "./core.js";
import type { WithChannel } from "./useChannel.js";
import { useStore } from "./useStore.js";

/**
 * The payload of the newest event; `undefined` before the first. What the contract calls `latest` is there as soon as
 * the channel is joined.
 */
export function useLatest<C extends AnyChannel, Name extends keyof EventsOf<C> & string>(
  room: WithChannel<C>,
  event: Name,
): ComputedRef<EventsOf<C>[Name] | undefined> {
  const latest = computed(() => {
    const channel = toValue(room.channel);
    return channel === null ? null : latestOf(channel, event);
  });
  return useStore(() => latest.value, undefined);
}
