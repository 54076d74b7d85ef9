import { useEffect } from "react";

import type { Channel, EventMap, EventMeta } from "./core.js";
import { useCurrent } from "./useCurrent.js";

/** Calls `handler` for each event while mounted: always the latest handler, never with a payload that is not valid. */
export function useEvent<Events extends EventMap, K extends keyof Events & string>(
  room: { readonly channel: Channel<Events> },
  event: K,
  handler: (payload: Events[K], meta: EventMeta) => void,
): void {
  const { channel } = room;
  const current = useCurrent(handler);
  useEffect(
    () =>
      channel.on(event, (payload: Events[K], meta: EventMeta) => {
        current.current(payload, meta);
      }),
    [channel, event, current],
  );
}
