import { type MaybeRefOrGetter, toValue } from "vue";

import type { AnyChannel, EventMeta, EventsOf } from "./core.js";
import { whileActive } from "./whileActive.js";

/** Calls `handler` for each event while the component is active, never with a payload that is not valid. */
export function useEvent<C extends AnyChannel, K extends keyof EventsOf<C> & string>(
  room: { readonly channel: MaybeRefOrGetter<C> },
  event: K,
  handler: (payload: EventsOf<C>[K], meta: EventMeta) => void,
): void {
  whileActive(() => toValue(room.channel).on(event, handler));
}
