import { assertInInjectionContext, computed, type Signal, untracked } from "@angular/core";

import { type AnyChannel, DisconnectedError, type PresenceSnapshot, type Present } from "./core.js";
import type { WithChannel } from "./inject-channel.js";
import { injectStore } from "./inject-store.js";

/** Who is in a channel, as signals. */
export type PresenceBinding<State> = {
  readonly [K in keyof PresenceSnapshot<State>]: Signal<PresenceSnapshot<State>[K]>;
} & {
  /** Shows this to the others, from now on and after each reconnect. Rejects where there is no channel, or it is refused. */
  readonly show: (state: State) => Promise<void>;
};

/** Follows who is in a channel; its handle is one of a channel that has `presence` in the contract. */
export function injectPresence<State>(room: WithChannel<AnyChannel & Present<State>>): PresenceBinding<State> {
  assertInInjectionContext(injectPresence);
  const nobody: PresenceSnapshot<State> = { count: 0, members: new Map(), complete: false };
  const snapshot = injectStore<PresenceSnapshot<State>>(() => room.channel()?.presence ?? null, nobody);
  return {
    count: computed(() => snapshot().count),
    members: computed(() => snapshot().members),
    complete: computed(() => snapshot().complete),
    show: async (state) => {
      const channel = untracked(room.channel);
      if (channel === null) throw new DisconnectedError("presence", false, "there is no channel to show it in");
      await channel.presence.show(state);
    },
  };
}
