import { channelNow, type Fields, injectFields } from "./bindings.js";
import type { AnyChannel, PresenceSnapshot, Present } from "./core.js";
import type { WithChannel } from "./inject-channel.js";

/** Who is in a channel, as signals. */
export type PresenceBinding<State> = Fields<PresenceSnapshot<State>> & {
  /** Shows this to the others, from now on and after each reconnect. Rejects where there is no channel, or it is refused. */
  readonly show: (state: State) => Promise<void>;
};

const NOBODY: PresenceSnapshot<never> = { count: 0, members: new Map<string, never>(), complete: false };

/** Follows who is in a channel; its handle is one of a channel that has `presence` in the contract. */
export function injectPresence<State>(room: WithChannel<AnyChannel & Present<State>>): PresenceBinding<State> {
  const fields = injectFields<PresenceSnapshot<State>>(injectPresence, () => room.channel()?.presence ?? null, NOBODY);
  const show = async (state: State): Promise<void> => channelNow(room, "presence").presence.show(state);
  return { ...fields, show };
}
