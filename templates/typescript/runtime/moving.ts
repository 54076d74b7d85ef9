/** Moving to another connection without a gap: channels are joined there before this one is left. */
import { CLOSE_NORMAL } from "./codes.js";
import type { ConnectionEffect } from "./connection.js";
import type { ServerFrame } from "./frames.js";
import type { Line } from "./line.js";
import type { LiveChannel } from "./live-channel.js";
import type { DrainFrame, Mover, MovingFeature, MovingHost, WelcomeFrame } from "./moving-feature.js";
import { movingTransition } from "./moving-transitions.js";
import type { SocketEvents } from "./transport.js";

/** How long the answers to earlier requests are waited for on a connection that was moved from. */
const LATE_MS = 5_000;

/** Makes before it breaks. Hand it in as `moving` to have it at hand from the start. */
export const makeBeforeBreak: MovingFeature = (host) => new Move(host);

/** A channel's join on the connection that is to follow: on its way, or answered so that the channel is there by now. */
interface Beside {
  readonly ref: number;
  readonly joined: boolean;
}

class Move implements Mover {
  readonly transition: typeof movingTransition = movingTransition;
  readonly #host: MovingHost;
  readonly #beside = new Map<LiveChannel, Beside>();
  /** The connection that is to follow, whether it was greeted, and how it was welcomed. */
  #next: Line | null = null;
  #isGreeted = false;
  #welcome: WelcomeFrame | null = null;
  /** The connection that was moved from, up to which ref it is answered there, and which of them are known here. */
  #late: Line | null = null;
  #lateRef = 0;
  #lastRef: number | null = null;
  #to = "";

  constructor(host: MovingHost) {
    this.#host = host;
  }

  drain({ within, to }: DrainFrame): void {
    const { options, link } = this.#host;
    const { url, allowedOrigins = [] } = options;
    const origin = originOf(to);
    this.#to = origin !== null && [originOf(url), ...allowedOrigins].includes(origin) ? to : url;
    link.take({ kind: "drain", within: within * 1000 });
  }

  holds(frame: ServerFrame): boolean {
    if (!("address" in frame)) return false;
    const channel = this.#host.channels.get(frame.address);
    return channel !== undefined && this.#isThere(channel);
  }

  perform({ kind }: ConnectionEffect): void {
    if (kind === "move") this.#begin();
    else if (kind === "forsake") this.#drop();
    else if (kind === "promote") this.#promote();
    else if (kind === "moved") this.#moved();
  }

  lost(): void {
    this.#drop();
    this.#settle();
  }

  #begin(): void {
    const { link } = this.#host;
    link.prepare(
      () => link.state.phase === "ready" && link.state.moving === true,
      () => {
        this.#open();
      },
      () => {
        link.take({ kind: "stranded" });
      },
    );
  }

  #open(): void {
    const { link } = this.#host;
    const events: SocketEvents = {
      opened: () => {
        this.#greet();
      },
      received: (text) => {
        this.#received(text);
      },
      closed: () => {
        this.#drop();
        link.take({ kind: "stranded" });
      },
    };
    this.#welcome = null;
    link.connect(this.#to, events, (line) => {
      this.#next = line;
    });
  }

  /** All joins go right behind the greeting, with the positions of now. */
  #greet(): void {
    const { channels, sending, greeting, written } = this.#host;
    this.#next?.send(greeting());
    this.#isGreeted = true;
    for (const channel of channels.values()) {
      const { phase } = channel.membership;
      if (phase === "detached" || phase === "failed") continue;
      const ref = sending.nextRef();
      this.#beside.set(channel, { ref, joined: false });
      this.#next?.send(written(channel.joinFrame(ref)));
    }
  }

  /** A frame of the new connection. It is welcome once every channel has its answer there. */
  #received(text: string): void {
    const { channels, read, written, take, welcomed } = this.#host;
    const frame = read(text);
    if (frame.kind === "ping") {
      this.#next?.send(written(["$pong", frame.tick]));
      return;
    }
    if (frame.kind === "welcome") this.#welcome ??= frame;
    else if (frame.kind === "error") for (const channel of channels.values()) this.#answered(channel, frame);
    else if (frame.kind === "joined" || frame.kind === "left") this.#answered(channels.get(frame.address), frame);
    else if (this.holds(frame)) take(frame);
    const isDone = [...this.#beside.values()].every(({ joined }) => joined);
    if (isDone && this.#welcome !== null) welcomed(this.#welcome);
  }

  /** The answer to a join. A refusal is judged when everything has moved and the channel joins there anew. */
  #answered(channel: LiveChannel | undefined, frame: Extract<ServerFrame, { readonly ref: number }>): void {
    const { ref } = frame;
    if (channel === undefined || this.#beside.get(channel)?.ref !== ref) return;
    if (frame.kind !== "joined") {
      this.#beside.delete(channel);
      return;
    }
    this.#beside.set(channel, { ref, joined: true });
    channel.take({ kind: "transferred", generation: ref, answer: frame });
  }

  /** The new connection is the connection; who is not there joins there. */
  #moved(): void {
    const { link, channels, sending, clock } = this.#host;
    const late = link.line;
    this.#take();
    for (const channel of channels.values()) if (!this.#isThere(channel)) rejoin(channel);
    this.#beside.clear();
    if (late === null) return;
    this.#late = late;
    this.#lateRef = sending.lastRef;
    this.#lastRef = this.#welcome?.lastRef ?? null;
    const settle = (): void => {
      if (this.#late === late) this.#settle();
    };
    late.hand({
      opened: () => undefined,
      received: (text) => {
        this.#receivedLate(text);
      },
      closed: settle,
    });
    if (sending.owes(this.#lateRef)) clock.after(LATE_MS, settle);
    else settle();
  }

  #receivedLate(text: string): void {
    const { read, take, sending } = this.#host;
    const frame = read(text);
    if (frame.kind === "reply" || frame.kind === "error") take(frame);
    if (!sending.owes(this.#lateRef)) this.#settle();
  }

  /** Nothing comes any more on the connection that was moved from. */
  #settle(): void {
    if (this.#late === null) return;
    const { sending, joining } = this.#host;
    this.#late.close(CLOSE_NORMAL);
    this.#late = null;
    sending.putBack(this.#lateRef);
    sending.welcomed(this.#lastRef, joining);
  }

  /** The new connection is lost, before it was of use. Who was there already comes back. */
  #drop(): void {
    if (this.#next === null) return;
    this.#next.close(CLOSE_NORMAL);
    this.#next = null;
    this.#isGreeted = false;
    for (const [channel, { joined }] of [...this.#beside]) if (joined) rejoin(channel);
    this.#beside.clear();
  }

  /** The old connection is lost first: the new one is all there is, or an ordinary attempt takes its place. */
  #promote(): void {
    const { link, channels, sending, welcomed } = this.#host;
    link.isOpen = this.#isGreeted;
    this.#take();
    this.#settle();
    sending.putBack();
    for (const channel of channels.values()) {
      const beside = this.#beside.get(channel);
      if (beside?.joined === true) continue;
      channel.take({ kind: "offline", fresh: false });
      if (beside !== undefined) channel.take({ kind: "asked", generation: beside.ref });
    }
    this.#beside.clear();
    if (link.line === null) link.open();
    else if (this.#welcome !== null) welcomed(this.#welcome);
  }

  /** What the new connection tells is told to the link from now on. */
  #take(): void {
    const { link } = this.#host;
    link.line = this.#next;
    this.#next?.hand(link.events);
    this.#next = null;
    this.#isGreeted = false;
  }

  #isThere(channel: LiveChannel): boolean {
    return this.#beside.get(channel)?.joined === true;
  }
}

function rejoin(channel: LiveChannel): void {
  channel.take({ kind: "offline", fresh: false });
  channel.take({ kind: "online" });
}

/** Scheme, host and port of a URL; `null` for what is none. */
function originOf(url: string): string | null {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  } catch {
    return null;
  }
}
