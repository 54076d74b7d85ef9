import { whileListening } from "./bindings.js";
import type { Channel, EventMap, EventMeta } from "./core.js";
import type { WithChannel } from "./inject-channel.js";

/** Calls `handler` for each event while the component or service lives, never with a payload that is not valid. */
export function injectEvent<Events extends EventMap, K extends keyof Events & string>(
  room: WithChannel<Channel<Events>>,
  event: K,
  handler: (payload: Events[K], meta: EventMeta) => void,
): void {
  whileListening(injectEvent, room.channel, handler, (channel, listener) => channel.on(event, listener));
}
