/** The seam between a client and what moves it to another connection without a gap: that is loaded when a server drains. */
import type { Clock } from "./clock.js";
import type { DrainFields, ServerFrame, WelcomeFields } from "./frames.js";
import type { Link } from "./link.js";
import type { LiveChannel } from "./live-channel.js";
import type { JoinAnswer, Occurrence } from "./membership.js";
import type { ClientOptions } from "./options.js";
import type { Sending } from "./sending.js";

/** What moving needs of its client. It imports none of it: bundlers would put what both import into a file of its own. */
export interface MovingHost {
  readonly options: Pick<ClientOptions, "url" | "allowedOrigins">;
  readonly clock: Clock;
  readonly link: Link;
  readonly channels: ReadonlyMap<string, LiveChannel>;
  readonly sending: Sending;
  readonly greeting: () => string;
  readonly read: (text: string) => ServerFrame;
  readonly written: (...frame: readonly [tag: string, ...rest: unknown[]]) => string;
  readonly take: (frame: ServerFrame, text: string) => void;
  readonly welcomed: (fields: WelcomeFields) => void;
  /** Where messages may be sent, or are behind a join that has left. */
  readonly joining: () => readonly string[];
  /** What happens to memberships on the way. */
  readonly memberships: {
    readonly goOffline: Occurrence;
    readonly goOnline: Occurrence;
    readonly asked: (generation: number) => Occurrence;
    readonly transferred: (generation: number, answer: JoinAnswer) => Occurrence;
  };
}

/** Moves a client to another connection. */
export interface Mover {
  /** The server is about to stop. */
  drain(fields: DrainFields): void;
  /** Whether what a frame is about happens on the new connection by now, and nowhere else. */
  holds(frame: ServerFrame): boolean;
}

export type MovingFeature = (host: MovingHost) => Mover;
