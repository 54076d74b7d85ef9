import { toValue } from "vue";

import type { AnyChannel, EventMeta, EventsOf } from "./core.js";
import type { WithChannel } from "./useChannel.js";
import { whileMounted } from "./whileMounted.js";

/** Calls `handler` for each event while the component is mounted, never with a payload that is not valid. */
export function useEvent<C extends AnyChannel, Name extends keyof EventsOf<C> & string>(
  room: WithChannel<C>,
  event: Name,
  handler: (payload: EventsOf<C>[Name], meta: EventMeta) => void,
): void {
  whileMounted(() =>
    toValue(room.channel)?.on(event, (payload, meta) => {
      // A channel's listeners are called with what its events are declared to carry.
      handler(payload as EventsOf<C>[Name], meta);
    }),
  );
}
