/** Moving to another connection without a gap: channels are joined there before this one is left. */
import { askedMs } from "./backoff.js";
import { type DrainFields, type JoinedFields, type ServerFrame, type WelcomeFields, amountOf } from "./frames.js";
import type { Line } from "./line.js";
import type { Link } from "./link.js";
import type { LiveChannel } from "./live-channel.js";
import type { Mover, MovingFeature, MovingHost } from "./moving-feature.js";
import { drain, movingRules, stranded } from "./moving-transitions.js";
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
  readonly #host: MovingHost;
  readonly #beside = new Map<LiveChannel, Beside>();
  /** The connection that is to follow, whether it was greeted, and how it was welcomed. */
  #next: Line | null = null;
  #isGreeted = false;
  #welcome: WelcomeFields | null = null;
  /** The connection that was moved from, up to which ref it is answered there, and which of them are known here. */
  #late: Line | null = null;
  #lateRef = 0;
  #lastRef: number | null = null;
  #to = "";
  /** In how many milliseconds a server that does not let it in wants to see this client again. */
  #wait = 0;

  constructor(host: MovingHost) {
    this.#host = host;
    const { link } = host;
    link.rules = movingRules(link.rules);
    link.onLost = () => {
      this.#drop();
      this.#settle();
    };
    Object.assign(link.drive, {
      move: () => {
        this.#begin();
      },
      forsake: () => {
        this.#drop();
      },
      promote: () => {
        this.#promote();
      },
      moved: () => {
        this.#moved();
      },
    } satisfies Partial<Link["drive"]>);
  }

  drain({ within, to }: DrainFields): void {
    const { options, link } = this.#host;
    const { url, allowedOrigins = [] } = options;
    const wanted = typeof to === "string" ? to : "";
    const origin = originOf(wanted);
    this.#to = origin !== null && [originOf(url), ...allowedOrigins].includes(origin) ? wanted : url;
    link.take(drain(within * 1000));
  }

  holds(frame: ServerFrame): boolean {
    const channel = this.#host.channels.get(addressOf(frame));
    return channel !== undefined && this.#isThere(channel);
  }

  #begin(): void {
    const { link } = this.#host;
    link.prepare(
      () => link.state.phase === "ready" && link.state.moving === true,
      () => {
        this.#open();
      },
      () => {
        link.take(stranded(0));
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
        link.take(stranded(this.#wait));
      },
    };
    this.#welcome = null;
    this.#wait = 0;
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
      const { phase } = channel.membership();
      if (phase === "detached" || phase === "failed") continue;
      const ref = sending.nextRef();
      this.#beside.set(channel, { ref, joined: false });
      this.#next?.send(written(...channel.joinFrame(ref)));
    }
  }

  /** A frame of the new connection. It is welcome once every channel has its answer there. */
  #received(text: string): void {
    const { channels, read, written, take, welcomed } = this.#host;
    const frame = read(text);
    const [tag] = frame;
    if (tag === "$ping") {
      this.#next?.send(written("$pong", frame[1]));
      return;
    }
    if (tag === "$welcome") this.#welcome ??= frame[1];
    else if (tag === "$error") {
      // Before the welcome it says why there will be none.
      if (this.#welcome === null && frame[1] === 0) this.#wait = askedMs(amountOf(frame[2]["retryAfter"], null));
      for (const channel of channels.values()) this.#answered(channel, frame[1], null);
    } else if (tag === "$left") this.#answered(channels.get(frame[2]), frame[1], null);
    else if (tag === "$joined") this.#answered(channels.get(frame[2]), frame[1], frame[3]);
    else if (this.holds(frame)) take(frame, text);
    const isDone = [...this.#beside.values()].every(({ joined }) => joined);
    if (isDone && this.#welcome !== null) welcomed(this.#welcome);
  }

  /** The answer to a join. A refusal is judged when everything has moved and the channel joins there anew. */
  #answered(channel: LiveChannel | undefined, ref: number, answer: JoinedFields | null): void {
    if (channel === undefined || this.#beside.get(channel)?.ref !== ref) return;
    if (answer === null) {
      this.#beside.delete(channel);
      return;
    }
    this.#beside.set(channel, { ref, joined: true });
    channel.arrive(this.#host.memberships.transferred(ref, answer), answer["presence"]);
  }

  /** The new connection is the connection; who is not there joins there. */
  #moved(): void {
    const { link, channels, sending, clock } = this.#host;
    const late = link.line;
    this.#take();
    for (const channel of channels.values()) {
      if (this.#isThere(channel)) channel.moved();
      else this.#rejoin(channel);
    }
    this.#beside.clear();
    if (late === null) return;
    this.#late = late;
    this.#lateRef = sending.lastRef();
    const known = this.#welcome?.["lastRef"];
    this.#lastRef = typeof known === "number" ? known : null;
    const settle = (): void => {
      if (this.#late === late) this.#settle();
    };
    late.events = {
      opened: () => undefined,
      received: (text) => {
        this.#receivedLate(text);
      },
      closed: settle,
    };
    if (sending.owes(this.#lateRef)) clock.after(LATE_MS, settle);
    else settle();
  }

  #receivedLate(text: string): void {
    const { read, take, sending } = this.#host;
    const frame = read(text);
    if (frame[0] === "$reply" || frame[0] === "$error") take(frame, text);
    if (!sending.owes(this.#lateRef)) this.#settle();
  }

  /** Nothing comes any more on the connection that was moved from. */
  #settle(): void {
    if (this.#late === null) return;
    const { sending, joining } = this.#host;
    this.#late.close();
    this.#late = null;
    sending.putBack(this.#lateRef);
    sending.welcomed(this.#lastRef, joining());
  }

  /** The new connection is lost, before it was of use. Who was there already comes back. */
  #drop(): void {
    if (this.#next === null) return;
    this.#next.close();
    this.#next = null;
    this.#isGreeted = false;
    for (const [channel, { joined }] of [...this.#beside]) if (joined) this.#rejoin(channel);
    this.#beside.clear();
  }

  /** The old connection is lost first: the new one is all there is, or an ordinary attempt takes its place. */
  #promote(): void {
    const { link, channels, sending, welcomed, memberships } = this.#host;
    link.isOpen = this.#isGreeted;
    this.#take();
    this.#settle();
    sending.putBack();
    for (const channel of channels.values()) {
      const beside = this.#beside.get(channel);
      if (beside?.joined === true) continue;
      channel.take(memberships.goOffline);
      if (beside !== undefined) channel.take(memberships.asked(beside.ref));
    }
    const there = [...this.#beside].filter(([, { joined }]) => joined);
    this.#beside.clear();
    if (link.line === null) link.open();
    else if (this.#welcome !== null) welcomed(this.#welcome);
    for (const [channel] of there) channel.moved();
  }

  /** What the new connection tells is told to the link from now on. */
  #take(): void {
    const { link } = this.#host;
    link.line = this.#next;
    if (this.#next !== null) this.#next.events = link.events;
    this.#next = null;
    this.#isGreeted = false;
  }

  #rejoin(channel: LiveChannel): void {
    const { goOffline, goOnline } = this.#host.memberships;
    channel.take(goOffline);
    channel.take(goOnline);
  }

  #isThere(channel: LiveChannel): boolean {
    return this.#beside.get(channel)?.joined === true;
  }
}

/** The address of the channel that a frame is about; empty for others, of which a reply may hold any text. */
function addressOf(frame: ServerFrame): string {
  const [tag, first, second] = frame;
  if (tag === "$reply") return "";
  const address = tag === "$resync" || tag === "$presence" ? first : second;
  return typeof address === "string" ? address : "";
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
