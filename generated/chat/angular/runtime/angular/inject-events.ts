import { assertInInjectionContext, type Signal, signal } from "@angular/core";

import type { Channel, EventMap } from "./core.js";
import { whileAlive } from "./while-alive.js";

export interface EventsOptions {
  /** How many of the newest to keep. Default 100. */
  readonly keep?: number;
}

/** The newest events since the component was made, oldest first; empty again when the channel changes. */
export function injectEvents<Events extends EventMap, K extends keyof Events & string>(
  room: { readonly channel: () => Channel<Events> },
  event: K,
  { keep = 100 }: EventsOptions = {},
): Signal<readonly Events[K][]> {
  assertInInjectionContext(injectEvents);
  const list = signal<readonly Events[K][]>([]);
  whileAlive(room.channel, (channel) => {
    list.set([]);
    return channel.on(event, (payload: Events[K]) => {
      list.update((before) => [...before, payload].slice(-keep));
    });
  });
  return list.asReadonly();
}
