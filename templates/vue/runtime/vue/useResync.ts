import { toValue } from "vue";

import type { AnyChannel, ResyncReason } from "./core.js";
import type { WithChannel } from "./useChannel.js";
import { whileMounted } from "./whileMounted.js";

/** Calls `handler` when a rejoin could not bring back all that was missed: the moment to load afresh. */
export function useResync(room: WithChannel<AnyChannel>, handler: (reason: ResyncReason) => void): void {
  whileMounted(() => toValue(room.channel)?.onResync(handler));
}
