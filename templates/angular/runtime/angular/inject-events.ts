import { assertInInjectionContext, type Signal, signal } from "@angular/core";

import type { AnyChannel, EventsOf } from "./core.js";
import { whileAlive } from "./while-alive.js";

export interface EventsOptions {
  /** How many of the newest to keep. Default 100. */
  readonly keep?: number;
}

/** The newest events since the component was made, oldest first; empty again when the channel changes. */
export function injectEvents<C extends AnyChannel, K extends keyof EventsOf<C> & string>(
  room: { readonly channel: () => C },
  event: K,
  { keep = 100 }: EventsOptions = {},
): Signal<readonly EventsOf<C>[K][]> {
  assertInInjectionContext(injectEvents);
  const list = signal<readonly EventsOf<C>[K][]>([]);
  whileAlive(room.channel, (channel) => {
    list.set([]);
    return channel.on(event, (payload: EventsOf<C>[K]) => {
      list.update((before) => [...before, payload].slice(-keep));
    });
  });
  return list.asReadonly();
}
