import { useCallback, useMemo } from "react";

import { type AnyChannel, DisconnectedError, type PresenceSnapshot, type Present } from "./core.js";
import type { WithChannel } from "./useChannel.js";
import { useStore } from "./useStore.js";

/** Who is in a channel, and how one shows oneself there. The object is the same one while nothing changed. */
export interface PresenceBinding<State> extends PresenceSnapshot<State> {
  /** Shows this to the others, from now on and after each reconnect. Rejects where the server refuses it. */
  readonly show: (state: State) => Promise<void>;
}

const nobody: PresenceSnapshot<never> = { count: 0, members: new Map<string, never>(), complete: false };

/** Follows who is in a channel, where its contract has presence. */
export function usePresence<State>({ channel }: WithChannel<AnyChannel & Present<State>>): PresenceBinding<State> {
  const presence = channel?.presence ?? null;
  const snapshot = useStore<PresenceSnapshot<State>>(presence, nobody);
  const show = useCallback(
    (state: State) => presence?.show(state) ?? Promise.reject(new DisconnectedError("presence", false)),
    [presence],
  );
  return useMemo(() => ({ ...snapshot, show }), [snapshot, show]);
}
