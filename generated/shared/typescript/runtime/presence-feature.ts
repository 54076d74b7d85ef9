/** The seam between a channel and what knows who is present in it: only contracts with presence bring the latter along. */
import type { ListenerFailure } from "./emitter.js";
import type { Clock } from "./clock.js";
import type { Store } from "./store.js";

/** Who is in a channel, as far as the server tells. */
export interface PresenceSnapshot<State = unknown> {
  /** How many people; also while they are not listed. */
  readonly count: number;
  /** What each of them shows, by who they are: the subject, or the session of an anonymous client. */
  readonly members: ReadonlyMap<string, State>;
  /** Whether `members` is everybody. It is empty while the server only counts. */
  readonly complete: boolean;
}

/** Presence, as users of a channel see it. */
export interface Presence<State = unknown> extends Store<PresenceSnapshot<State>> {
  /** Shows this to the others, from now on and after each reconnect. Rejects where the server refuses it. */
  show(state: State): Promise<void>;
}

/** What presence needs of its channel. */
export interface PresenceHost {
  readonly clock: Clock;
  readonly random: () => number;
  readonly validate: boolean;
  readonly tag: string;
  readonly onListenerError: ListenerFailure;
  isJoined(): boolean;
  /** Makes one of the protocol's requests about this channel. */
  ask(tag: "$state" | "$members", body: unknown): Promise<unknown>;
}

/** What stands behind a channel's `presence`. */
export interface PresencePart {
  readonly shown: Presence;
  /** A join was answered, with this as its `presence`. */
  joined(listing: unknown): void;
  /** Another connection has taken the place of the one on which this was shown last. */
  moved(): void;
  /** A `$presence` frame has come. */
  heard(version: unknown, info: unknown): void;
  /** The membership is over, or on its way back. */
  away(): void;
}

export type PresenceFeature = (host: PresenceHost) => PresencePart;

/** What a handle has more where the contract has presence. */
export interface Present<State> {
  /** Who else is here. */
  readonly presence: Presence<State>;
}
