import { whileListening } from "./bindings.js";
import type { AnyChannel, ResyncReason } from "./core.js";
import type { WithChannel } from "./inject-channel.js";

/** Calls `handler` when a rejoin could not bring back all that was missed: the moment to load afresh. */
export function injectResync(room: WithChannel<AnyChannel>, handler: (reason: ResyncReason) => void): void {
  whileListening(injectResync, room.channel, handler, (channel, listener) => channel.onResync(listener));
}
