import { untracked } from "@angular/core";

import { type AnyChannel, DisconnectedError, type PresenceSnapshot, type Present } from "./core.js";
import type { WithChannel } from "./inject-channel.js";
import { type Fields, injectFields } from "./inject-store.js";

/** Who is in a channel, as signals. */
export type PresenceBinding<State> = Fields<PresenceSnapshot<State>> & {
  /** Shows this to the others, from now on and after each reconnect. Rejects where there is no channel, or it is refused. */
  readonly show: (state: State) => Promise<void>;
};

const NOBODY: PresenceSnapshot<never> = { count: 0, members: new Map<string, never>(), complete: false };

/** Follows who is in a channel; its handle is one of a channel that has `presence` in the contract. */
export function injectPresence<State>(room: WithChannel<AnyChannel & Present<State>>): PresenceBinding<State> {
  const fields = injectFields<PresenceSnapshot<State>>(() => room.channel()?.presence ?? null, NOBODY);
  const show = async (state: State): Promise<void> => {
    const channel = untracked(room.channel);
    if (channel === null) throw new DisconnectedError("presence", false, "there is no channel to show it in");
    await channel.presence.show(state);
  };
  return { ...fields, show };
}
