import { type MaybeRefOrGetter, toValue } from "vue";

import type { Channel, EventMap, EventMeta } from "./core.js";
import { whileActive } from "./whileActive.js";

/** Calls `handler` for each event while the component is active, never with a payload that is not valid. */
export function useEvent<Events extends EventMap, K extends keyof Events & string>(
  room: { readonly channel: MaybeRefOrGetter<Channel<Events>> },
  event: K,
  handler: (payload: Events[K], meta: EventMeta) => void,
): void {
  whileActive(() => toValue(room.channel).on(event, handler));
}
