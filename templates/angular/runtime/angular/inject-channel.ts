import { computed, type Signal } from "@angular/core";

import { type Fields, injectFields, whileAlive } from "./bindings.js";
import type { AnyChannel, ChannelSnapshot } from "./core.js";

/** How a channel is joined. */
export interface ChannelOptions {
  /** A signal, or a function that reads some: while it gives `false` there is no channel. Default: always. */
  readonly enabled?: () => boolean;
}

/** A channel and how it stands with it, as signals. */
export type ChannelBinding<C extends AnyChannel | null> = Fields<ChannelSnapshot> & {
  /** The handle to send with; it is the same one for everybody who asked this client for this address. */
  readonly channel: Signal<C>;
};

/** What the other functions need of a channel: what a channel's function gave, or a channel in a signal of your own. */
export interface WithChannel<C> {
  readonly channel: () => C | null;
}

const DETACHED: ChannelSnapshot = { status: "detached", recovered: null, caughtUp: false, error: null };

/**
 * Joins the channel that `source` gives while the component or service lives, moves when it gives another one, and
 * follows how it stands. `source` may read signals, required inputs too: it is not called before they are set.
 */
export function injectChannel<C extends AnyChannel>(source: () => C): ChannelBinding<C>;
/** While `source` gives nothing, or it is not enabled, nothing is joined, and the channel is `null`. */
export function injectChannel<C extends AnyChannel>(
  source: () => C | null | undefined,
  options?: ChannelOptions,
): ChannelBinding<C | null>;
export function injectChannel<C extends AnyChannel>(
  source: () => C | null | undefined,
  { enabled }: ChannelOptions = {},
): ChannelBinding<C | null> {
  const channel = computed(() => (enabled?.() === false ? null : (source() ?? null)));
  const fields = injectFields(injectChannel, () => channel()?.state ?? null, DETACHED);
  whileAlive(channel, (current) => current.retain());
  return { channel, ...fields };
}
