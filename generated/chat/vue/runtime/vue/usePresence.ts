import { computed, type ComputedRef, toValue } from "vue";

import { type AnyChannel, DisconnectedError, type PresenceSnapshot, type Present } from "./core.js";
import { partsOf } from "./partsOf.js";
import type { WithChannel } from "./useChannel.js";
import { useStore } from "./useStore.js";

/** Who is in a channel, as refs, and how one shows oneself there. */
export type PresenceBinding<State> = {
  readonly [K in keyof PresenceSnapshot<State>]: ComputedRef<PresenceSnapshot<State>[K]>;
} & {
  /** Shows this to the others, from now on and after each reconnect. Rejects where the server refuses it. */
  readonly show: (state: State) => Promise<void>;
};

const nobody: PresenceSnapshot<never> = { count: 0, members: new Map<string, never>(), complete: false };

/** Follows who is in a channel, where its contract has presence. */
export function usePresence<State>(room: WithChannel<AnyChannel & Present<State>>): PresenceBinding<State> {
  const presence = computed(() => toValue(room.channel)?.presence ?? null);
  const snapshot = useStore<PresenceSnapshot<State>>(() => presence.value, nobody);
  return {
    ...partsOf(snapshot),
    show: (state) => presence.value?.show(state) ?? Promise.reject(new DisconnectedError("presence", false)),
  };
}
