import { assertInInjectionContext } from "@angular/core";

import type { AnyChannel, EventMeta, EventsOf } from "./core.js";
import { whileAlive } from "./while-alive.js";

/** Calls `handler` for each event while the component or service lives, never with a payload that is not valid. */
export function injectEvent<C extends AnyChannel, K extends keyof EventsOf<C> & string>(
  room: { readonly channel: () => C },
  event: K,
  handler: (payload: EventsOf<C>[K], meta: EventMeta) => void,
): void {
  assertInInjectionContext(injectEvent);
  whileAlive(room.channel, (channel) => channel.on(event, handler));
}
