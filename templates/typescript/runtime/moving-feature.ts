/** The seam between a client and what moves it to another connection without a gap: that is loaded when a server drains. */
import type { Clock } from "./clock.js";
import type { ServerFrame } from "./frames.js";
import type { Link, LinkExtension } from "./link.js";
import type { LiveChannel } from "./live-channel.js";
import type { ClientOptions } from "./options.js";
import type { Sending } from "./sending.js";

export type WelcomeFrame = Extract<ServerFrame, { readonly kind: "welcome" }>;
export type DrainFrame = Extract<ServerFrame, { readonly kind: "drain" }>;

/** What moving needs of its client. */
export interface MovingHost {
  readonly options: Pick<ClientOptions, "url" | "allowedOrigins">;
  readonly clock: Clock;
  readonly link: Link;
  readonly channels: ReadonlyMap<string, LiveChannel>;
  readonly sending: Sending;
  readonly greeting: () => string;
  readonly read: (text: string) => ServerFrame;
  readonly written: (frame: readonly [tag: string, ...rest: unknown[]]) => string;
  readonly take: (frame: ServerFrame) => void;
  readonly welcomed: (frame: WelcomeFrame) => void;
  /** Where messages may be sent, or are behind a join that has left. */
  readonly joining: readonly string[];
}

/** Moves a client to another connection. */
export interface Mover extends LinkExtension {
  /** The server is about to stop. */
  drain(frame: DrainFrame): void;
  /** Whether what a frame is about happens on the new connection by now, and nowhere else. */
  holds(frame: ServerFrame): boolean;
}

export type MovingFeature = (host: MovingHost) => Mover;
