import { assertInInjectionContext, computed, type Signal } from "@angular/core";

import type { AnyChannel, ChannelSnapshot } from "./core.js";
import { injectStore } from "./inject-store.js";
import { whileAlive } from "./while-alive.js";

/** A channel and how it stands with it, as signals. */
export type ChannelBinding<C extends AnyChannel> = {
  readonly [K in keyof ChannelSnapshot]: Signal<ChannelSnapshot[K]>;
} & {
  /** The handle to send with; it is the same one for everybody who asked this client for this address. */
  readonly channel: Signal<C>;
};

/**
 * Joins the channel that `source` gives while the component or service lives, moves when it gives another one, and
 * follows how it stands. `source` may read signals, required inputs too: it is not called before they are set.
 */
export function injectChannel<C extends AnyChannel>(source: () => C): ChannelBinding<C> {
  assertInInjectionContext(injectChannel);
  const channel = computed(source);
  const snapshot = injectStore(() => channel().state);
  whileAlive(channel, (current) => current.retain());
  return {
    channel,
    status: computed(() => snapshot().status),
    recovered: computed(() => snapshot().recovered),
    caughtUp: computed(() => snapshot().caughtUp),
    error: computed(() => snapshot().error),
  };
}
