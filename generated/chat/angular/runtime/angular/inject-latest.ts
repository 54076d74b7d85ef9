import { type Signal } from "@angular/core";

import { injectStore } from "./bindings.js";
import { type AnyChannel, type EventsOf, latestOf } from "./core.js";
import type { WithChannel } from "./inject-channel.js";

/**
 * The payload of the newest event; `undefined` before the first, and in another channel. What the contract calls
 * `latest` is there as soon as the channel is joined.
 */
export function injectLatest<C extends AnyChannel, K extends keyof EventsOf<C> & string>(
  room: WithChannel<C>,
  event: K,
): Signal<EventsOf<C>[K] | undefined> {
  return injectStore(() => {
    const channel = room.channel();
    return channel && latestOf(channel, event);
  }, undefined);
}
