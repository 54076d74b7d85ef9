import { useEffect, useMemo } from "react";

import type { AnyChannel, ChannelSnapshot } from "./core.js";
import { useStore } from "./useStore.js";

/** A channel and how it stands with it. The object is the same one while nothing changed. */
export interface ChannelBinding<C extends AnyChannel | null> extends ChannelSnapshot {
  /**
   * The handle to send with; it is the same one for everybody who asked this client for this address. `null` where
   * nothing is to be joined.
   */
  readonly channel: C;
}

/** What the other hooks need of a channel: the binding that a channel's hook returned. */
export interface WithChannel<C extends AnyChannel> {
  readonly channel: C | null;
}

export interface ChannelOptions {
  /** Whether to join. Default `true`. */
  readonly enabled?: boolean | undefined;
}

const detached: ChannelSnapshot = { status: "detached", recovered: null, caughtUp: false, error: null };

/**
 * Joins `channel` while the component is mounted, and follows how it stands; does nothing with `null`, or
 * while it is not enabled.
 * Members are counted by the client, and the last to leave lingers: strict mode's second mount joins nothing twice.
 */
export function useChannel<C extends AnyChannel | null>(channel: C): ChannelBinding<C>;
export function useChannel<C extends AnyChannel>(
  channel: C | null,
  options: ChannelOptions | undefined,
): ChannelBinding<C | null>;
export function useChannel<C extends AnyChannel>(
  wanted: C | null,
  { enabled = true }: ChannelOptions = {},
): ChannelBinding<C | null> {
  const channel = enabled ? wanted : null;
  useEffect(() => channel?.retain(), [channel]);
  const snapshot = useStore(channel?.state ?? null, detached);
  return useMemo(() => ({ channel, ...snapshot }), [channel, snapshot]);
}
