import { assertInInjectionContext } from "@angular/core";

import type { AnyChannel, ResyncReason } from "./core.js";
import { whileAlive } from "./while-alive.js";

/** Calls `handler` when a rejoin could not bring back all that was missed: the moment to load afresh. */
export function injectResync(
  room: { readonly channel: () => AnyChannel },
  handler: (reason: ResyncReason) => void,
): void {
  assertInInjectionContext(injectResync);
  whileAlive(room.channel, (channel) => channel.onResync(handler));
}
