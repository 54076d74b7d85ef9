import { computed, type ComputedRef, type MaybeRefOrGetter, toValue } from "vue";

import type { AnyChannel, ChannelSnapshot } from "./core.js";
import { partsOf } from "./partsOf.js";
import { useStore } from "./useStore.js";
import { whileMounted } from "./whileMounted.js";

/** A channel and how it stands with it, as refs. */
export type ChannelBinding<C extends AnyChannel | null> = {
  readonly [K in keyof ChannelSnapshot]: ComputedRef<ChannelSnapshot[K]>;
} & {
  /**
   * The handle to send with; it is the same one for everybody who asked this client for this address. `null` while
   * nothing is to be joined.
   */
  readonly channel: ComputedRef<C>;
};

/** What the other composables need of a channel: the binding that a channel's composable returned. */
export interface WithChannel<C extends AnyChannel> {
  readonly channel: MaybeRefOrGetter<C | null>;
}

export interface ChannelOptions {
  /** Whether to join. Default `true`. */
  readonly enabled?: MaybeRefOrGetter<boolean> | undefined;
}

const detached: ChannelSnapshot = { status: "detached", recovered: null, caughtUp: false, error: null };

/**
 * Joins the channel that `source` gives while the component is mounted, moves when it gives another one, and follows
 * how it stands. While it gives `null`, or is not enabled, it does nothing. On a server nothing is joined.
 */
export function useChannel<C extends AnyChannel>(source: MaybeRefOrGetter<C>): ChannelBinding<C>;
export function useChannel<C extends AnyChannel>(
  source: MaybeRefOrGetter<C | null>,
  options?: ChannelOptions,
): ChannelBinding<C | null>;
export function useChannel<C extends AnyChannel>(
  source: MaybeRefOrGetter<C | null>,
  { enabled = true }: ChannelOptions = {},
): ChannelBinding<C | null> {
  const channel = computed(() => (toValue(enabled) ? toValue(source) : null));
  const snapshot = useStore(() => channel.value?.state ?? null, detached);
  whileMounted(() => channel.value?.retain());
  return { channel, ...partsOf(snapshot) };
}
