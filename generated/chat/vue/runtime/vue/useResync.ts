import { type MaybeRefOrGetter, toValue } from "vue";

import type { AnyChannel, ResyncReason } from "./core.js";
import { whileActive } from "./whileActive.js";

/** Calls `handler` when a rejoin could not bring back all that was missed: the moment to load afresh. */
export function useResync(
  room: { readonly channel: MaybeRefOrGetter<AnyChannel> },
  handler: (reason: ResyncReason) => void,
): void {
  whileActive(() => toValue(room.channel).onResync(handler));
}
