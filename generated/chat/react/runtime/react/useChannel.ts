import { useEffect, useMemo } from "react";

import type { AnyChannel, ChannelSnapshot } from "./core.js";
import { useStore } from "./useStore.js";

/** A channel and how it stands with it. The object is the same one while nothing changed. */
export interface ChannelBinding<C extends AnyChannel> extends ChannelSnapshot {
  /** The handle to send with; it is the same one for everybody who asked this client for this address. */
  readonly channel: C;
}

const detached: ChannelSnapshot = { status: "detached", recovered: null, caughtUp: false, error: null };

/**
 * Joins `channel` while the component is mounted, and follows how it stands.
 * Members are counted by the client, and the last to leave lingers: strict mode's second mount joins nothing twice.
 */
export function useChannel<C extends AnyChannel>(channel: C): ChannelBinding<C> {
  useEffect(() => channel.retain(), [channel]);
  const snapshot = useStore(channel.state, detached);
  return useMemo(() => ({ channel, ...snapshot }), [channel, snapshot]);
}
