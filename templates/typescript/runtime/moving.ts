/** Moving to another connection without a gap: channels are joined there before this one is left. */
import type { ServerFrame } from "./frames.js";
import type { LiveChannel } from "./live-channel.js";

type WelcomeFrame = Extract<ServerFrame, { readonly kind: "welcome" }>;
type Send = (text: string) => void;

/** What happens on the connection that is to follow, until it does. */
export class Moving {
  readonly #channels: ReadonlyMap<string, LiveChannel>;
  #welcome: WelcomeFrame | null = null;

  constructor(channels: ReadonlyMap<string, LiveChannel>) {
    this.#channels = channels;
  }

  /** The new connection was greeted: all joins go right behind. */
  begin(send: Send): void {
    this.#welcome = null;
    for (const channel of this.#channels.values()) channel.joinBeside(send);
  }

  /** Takes a frame of the new connection; gives its welcome once every channel has its answer there. */
  take(frame: ServerFrame, deliver: (frame: ServerFrame) => void): WelcomeFrame | null {
    if (frame.kind === "welcome") this.#welcome ??= frame;
    else if (frame.kind === "joined" || frame.kind === "left") this.#channels.get(frame.address)?.answeredBeside(frame);
    else if (frame.kind === "error") for (const channel of this.#channels.values()) channel.answeredBeside(frame);
    else if (this.holds(frame)) deliver(frame);
    const isDone = [...this.#channels.values()].every((channel) => !channel.isJoiningBeside);
    return isDone ? this.#welcome : null;
  }

  /** Whether what a frame is about happens on the new connection by now, and nowhere else. */
  holds(frame: ServerFrame): boolean {
    return "address" in frame && this.#channels.get(frame.address)?.isBeside === true;
  }

  /** The new connection is the connection: everything is there. */
  end(): void {
    for (const channel of this.#channels.values()) channel.settleBeside();
  }

  /** The new connection is lost, before it was of use. */
  fail(): void {
    for (const channel of this.#channels.values()) channel.loseBeside();
  }

  /** The old one is lost first: the new one is all there is. Gives its welcome, if that has come. */
  promote(): WelcomeFrame | null {
    for (const channel of this.#channels.values()) channel.promoteBeside();
    return this.#welcome;
  }
}
