import { useEffect } from "react";

import type { AnyChannel, ResyncReason } from "./core.js";
import { useCurrent } from "./useCurrent.js";

/** Calls `handler` when a rejoin could not bring back all that was missed: the moment to load afresh. */
export function useResync(room: { readonly channel: AnyChannel }, handler: (reason: ResyncReason) => void): void {
  const { channel } = room;
  const current = useCurrent(handler);
  useEffect(
    () =>
      channel.onResync((reason) => {
        current.current(reason);
      }),
    [channel, current],
  );
}
