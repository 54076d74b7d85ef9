import { assertInInjectionContext } from "@angular/core";

import type { AnyChannel, ResyncReason } from "./core.js";
import type { WithChannel } from "./inject-channel.js";
import { insideZone, whileAlive } from "./while-alive.js";

/** Calls `handler` when a rejoin could not bring back all that was missed: the moment to load afresh. */
export function injectResync(room: WithChannel<AnyChannel>, handler: (reason: ResyncReason) => void): void {
  assertInInjectionContext(injectResync);
  const listener = insideZone(handler);
  whileAlive(room.channel, (channel) => channel.onResync(listener));
}
