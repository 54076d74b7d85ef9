import { useEffect } from "react";

import type { AnyChannel, EventMeta, EventsOf } from "./core.js";
import type { WithChannel } from "./useChannel.js";
import { useCurrent } from "./useCurrent.js";

/** Calls `handler` for each event while mounted: always the latest handler, never with a payload that is not valid. */
export function useEvent<C extends AnyChannel, Name extends keyof EventsOf<C> & string>(
  { channel }: WithChannel<C>,
  event: Name,
  handler: (payload: EventsOf<C>[Name], meta: EventMeta) => void,
): void {
  const current = useCurrent(handler);
  useEffect(
    () =>
      channel?.on(event, (payload, meta) => {
        // A channel's listeners are called with what its events are declared to carry.
        current.current(payload as EventsOf<C>[Name], meta);
      }),
    [channel, event, current],
  );
}
