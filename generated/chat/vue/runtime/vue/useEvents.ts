import { type MaybeRefOrGetter, shallowRef, type ShallowRef, toValue } from "vue";

import type { Channel, EventMap } from "./core.js";
import { whileActive } from "./whileActive.js";

export interface EventsOptions {
  /** How many of the newest to keep. Default 100. */
  readonly keep?: number;
}

/** The newest events since the component was set up, oldest first; empty again when the channel changes. */
export function useEvents<Events extends EventMap, K extends keyof Events & string>(
  room: { readonly channel: MaybeRefOrGetter<Channel<Events>> },
  event: K,
  { keep = 100 }: EventsOptions = {},
): Readonly<ShallowRef<readonly Events[K][]>> {
  const list = shallowRef<readonly Events[K][]>([]);
  whileActive(() => {
    list.value = [];
    return toValue(room.channel).on(event, (payload: Events[K]) => {
      list.value = [...list.value, payload].slice(-keep);
    });
  });
  return list;
}
