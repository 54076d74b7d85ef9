import { computed, type ComputedRef } from "vue";

import type { AnyChannel, ChannelSnapshot } from "./core.js";
import { useStore } from "./useStore.js";
import { whileActive } from "./whileActive.js";

/** A channel and how it stands with it, as refs. */
export type ChannelBinding<C extends AnyChannel> = {
  readonly [K in keyof ChannelSnapshot]: ComputedRef<ChannelSnapshot[K]>;
} & {
  /** The handle to send with; it is the same one for everybody who asked this client for this address. */
  readonly channel: ComputedRef<C>;
};

/**
 * Joins the channel that `source` gives while the component is mounted, moves when it gives another one, and follows
 * how it stands. Nothing joins on a server: effects that wait for the first paint don't run there.
 */
export function useChannel<C extends AnyChannel>(source: () => C): ChannelBinding<C> {
  const channel = computed(source);
  const snapshot = useStore(() => channel.value.state);
  whileActive(() => channel.value.retain(), { flush: "post" });
  return {
    channel,
    status: computed(() => snapshot.value.status),
    recovered: computed(() => snapshot.value.recovered),
    caughtUp: computed(() => snapshot.value.caughtUp),
    error: computed(() => snapshot.value.error),
  };
}
