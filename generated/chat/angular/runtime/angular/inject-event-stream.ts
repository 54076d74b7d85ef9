import { type Observable, Subject } from "rxjs";

import { whenDestroyed } from "./bindings.js";
import type { Channel, EventMap } from "./core.js";
import type { WithChannel } from "./inject-channel.js";
import { injectEvent } from "./inject-event.js";

/**
 * The payloads of one event as an Observable, whichever channel it is by then. Who subscribes late has missed what came
 * before; it completes with the component or service.
 */
export function injectEventStream<Events extends EventMap, K extends keyof Events & string>(
  room: WithChannel<Channel<Events>>,
  event: K,
): Observable<Events[K]> {
  const heard = new Subject<Events[K]>();
  injectEvent(room, event, (payload) => {
    heard.next(payload);
  });
  whenDestroyed(() => {
    heard.complete();
  });
  return heard;
}
