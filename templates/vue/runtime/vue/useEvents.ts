import { type MaybeRefOrGetter, shallowRef, type ShallowRef, toValue } from "vue";

import type { AnyChannel, EventsOf } from "./core.js";
import { whileActive } from "./whileActive.js";

export interface EventsOptions {
  /** How many of the newest to keep. Default 100. */
  readonly keep?: number;
}

/** The newest events since the component was set up, oldest first; empty again when the channel changes. */
export function useEvents<C extends AnyChannel, K extends keyof EventsOf<C> & string>(
  room: { readonly channel: MaybeRefOrGetter<C> },
  event: K,
  { keep = 100 }: EventsOptions = {},
): Readonly<ShallowRef<readonly EventsOf<C>[K][]>> {
  const list = shallowRef<readonly EventsOf<C>[K][]>([]);
  whileActive(() => {
    list.value = [];
    return toValue(room.channel).on(event, (payload: EventsOf<C>[K]) => {
      list.value = [...list.value, payload].slice(-keep);
    });
  });
  return list;
}
