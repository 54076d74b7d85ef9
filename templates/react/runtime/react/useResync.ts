import { useEffect } from "react";

import type { AnyChannel, ResyncReason } from "./core.js";
import type { WithChannel } from "./useChannel.js";
import { useCurrent } from "./useCurrent.js";

/** Calls `handler` when a rejoin could not bring back all that was missed: the moment to load afresh. */
export function useResync({ channel }: WithChannel<AnyChannel>, handler: (reason: ResyncReason) => void): void {
  const current = useCurrent(handler);
  useEffect(
    () =>
      channel?.onResync((reason) => {
        current.current(reason);
      }),
    [channel, current],
  );
}
