/** What a client sends: at once, later, again, or not at all. */
import type { RequestOptions } from "./channel.js";
import { Backlog, type QueueLimits, type Waiting } from "./backlog.js";
import { type Check, checkAnything } from "./checks.js";
import type { EventDefinition, Fate, RequestDefinition } from "./definition.js";
import { DisconnectedError, type ErrorAnswer, type RealtimeError } from "./errors.js";
import { writeFrame } from "./frames.js";
import { eventText, payloadText } from "./outgoing.js";
import { type RequestSettings, Requests, abortError } from "./requests.js";

/** How long the protocol's own requests are waited for. */
const ASKING_MS = 10_000;

/** Where a message goes. */
export interface Destination {
  readonly address: string;
  /** Whether messages can be sent there now. */
  readonly isJoined: boolean;
}

export interface SendingOptions extends Omit<RequestSettings, "onSettled"> {
  readonly queue: QueueLimits | undefined;
  /** Whether what leaves is checked. */
  readonly checks: boolean;
  /** Sends if there is a connection; says whether there was. */
  readonly send: (text: string) => boolean;
  /** Why nothing can be sent any more; `null` while something may be. */
  readonly ended: () => RealtimeError | null;
  /** Who this client is for the others. */
  readonly session: () => string;
  /** Told about a message that waited in vain, where no promise tells it. */
  readonly onDropped: (error: DisconnectedError) => void;
}

export class Sending {
  readonly #options: SendingOptions;
  readonly #requests: Requests;
  readonly #backlog: Backlog;
  #lastRef = 0;
  /** Up to which ref a connection is answered that this client has moved from. */
  #moved = 0;
  /** Up to which ref the server knew of this client when it welcomed it. */
  #arrived: number | null = null;
  readonly #repeated = new Set<number>();

  constructor(options: SendingOptions) {
    this.#options = options;
    this.#backlog = new Backlog(options.queue);
    this.#requests = new Requests({
      ...options,
      onSettled: (ref) => {
        this.#backlog.remove(ref);
        this.#repeated.delete(ref);
      },
    });
  }

  nextRef(): number {
    return ++this.#lastRef;
  }

  /** The server knows refs up to this one (`null`: it can't tell). What may be sent again goes to where joins have left. */
  welcomed(lastRef: number | null, addresses: readonly string[]): void {
    // They are taken, though another object of the same name may have made them.
    this.#lastRef = Math.max(this.#lastRef, lastRef ?? 0);
    this.#arrived = lastRef;
    this.#backlog.refuseArrived(lastRef);
    for (const address of addresses) this.#flush(address, true);
  }

  /** Sends without waiting for an answer; throws if it can't be sent and may not wait. */
  notify(to: Destination, tag: string, { check, offline }: EventDefinition, payload: unknown): Fate {
    const text = this.#text(tag, check, payload);
    const frame = eventText(tag, 0, to.address, text);
    if (to.isJoined && this.#options.send(frame)) return "sent";
    if (offline === "drop") return "dropped";
    this.#later(offline, { ...this.#waiting(to.address, tag, 0, frame), refuse: this.#dropped(tag) });
    return "queued";
  }

  async request(
    to: Destination,
    tag: string,
    definition: RequestDefinition,
    payload: unknown,
    options: RequestOptions,
  ): Promise<unknown> {
    if (options.signal?.aborted === true) throw abortError(options.signal);
    const text = this.#text(tag, definition.check, payload);
    const { address } = to;
    const { timeoutMs, reply, errors, idempotent = false, offline } = definition;
    const ref = this.nextRef();
    const frame = eventText(tag, ref, address, text);
    if (!to.isJoined || !this.#options.send(frame)) {
      this.#later(offline, this.#waiting(address, tag, ref, frame));
      options.onQueued?.();
    }
    return this.#requests.wait({ ref, tag, address, text: frame, timeoutMs, reply, errors, idempotent }, options);
  }

  /** Makes one of the protocol's own requests: never queued, never sent again. */
  async ask(tag: string, rest: readonly unknown[], options: RequestOptions = {}): Promise<unknown> {
    if (options.signal?.aborted === true) throw abortError(options.signal);
    const ref = this.nextRef();
    if (!this.#options.send(writeFrame([tag, ref, ...rest]))) throw new DisconnectedError(tag, false);
    return this.#requests.wait(
      { ref, tag, address: "", text: "", timeoutMs: ASKING_MS, reply: checkAnything, errors: {}, idempotent: false },
      options,
    );
  }

  replied(ref: number, payload: unknown): void {
    this.#requests.replied(ref, payload);
  }

  /** Whether answers are still to come on the connection that was moved from. */
  get isOwed(): boolean {
    return this.#requests.calls.some(({ ref }) => ref <= this.#moved && !this.#backlog.has(ref));
  }

  /** Takes an `$error`. False if nobody waits for it (any more). */
  failed(ref: number, answer: ErrorAnswer): boolean {
    // The first time it was sent it may have taken effect, whatever the second one says of now.
    if (answer.code === "not_joined" && this.#repeated.has(ref)) {
      this.#requests.reject(ref, new DisconnectedError("a request that was sent again", true));
      return true;
    }
    return this.#requests.failed(ref, answer);
  }

  /** A channel is joined: what waited for that goes first. */
  joined(address: string): void {
    this.#flush(address, false);
  }

  /** Nobody is in a channel any more, so nothing waits for it. */
  gone(address: string): void {
    this.#backlog.refuse("the channel was left", address);
  }

  /** What follows travels on another connection. Says whether answers are still to come on the old one. */
  moved(): boolean {
    this.#moved = this.#lastRef;
    return this.isOwed;
  }

  /** Nothing comes any more on the connection that was moved from. */
  settled(addresses: readonly string[]): void {
    const moved = this.#moved;
    this.#moved = 0;
    this.#putBack((ref) => ref <= moved);
    this.welcomed(this.#arrived, addresses);
  }

  /** The connection is gone. */
  disconnected(): void {
    this.#putBack(() => true);
  }

  /** There will be no other connection. `known`: who ended it knows why; else nobody can tell what became of what was sent. */
  closed(error: RealtimeError, known: boolean): void {
    if (known) this.#requests.rejectAll(error);
    this.#backlog.refuse("the client was closed");
    for (const { ref, tag } of this.#requests.calls) this.#requests.reject(ref, new DisconnectedError(tag, true));
  }

  #putBack(isMeant: (ref: number) => boolean): void {
    const calls = this.#requests.calls.filter(({ ref }) => isMeant(ref) && !this.#backlog.has(ref));
    const lost = calls.map(({ address, tag, ref, text, idempotent }) => ({
      ...this.#waiting(address, tag, ref, text),
      again: { idempotent },
      refuse: () => {
        this.#requests.reject(ref, new DisconnectedError(tag, true));
      },
    }));
    for (const { ref } of calls) this.#repeated.add(ref);
    this.#backlog.putBack(lost.filter(({ text }) => text !== ""));
    for (const { refuse } of lost.filter(({ text }) => text === "")) refuse();
  }

  #flush(address: string, onlyAgain: boolean): void {
    const { clock, session, send } = this.#options;
    for (const text of this.#backlog.take(address, session(), clock.now(), onlyAgain)) send(text);
  }

  #later(offline: string | undefined, frame: Waiting): void {
    const { tag } = frame;
    if (offline !== "queue") throw new DisconnectedError(tag, false);
    const isTaken = this.#backlog.add(frame, this.#options.clock.now());
    if (!isTaken) throw new DisconnectedError(tag, false, "too much waits already");
  }

  #waiting(address: string, tag: string, ref: number, text: string): Waiting {
    const refuse = (why: string): void => {
      this.#requests.reject(ref, new DisconnectedError(tag, false, why));
    };
    return { ref, tag, address, text, session: this.#options.session(), refuse };
  }

  #dropped(tag: string): (why: string) => void {
    return (why) => {
      this.#options.onDropped(new DisconnectedError(tag, false, why));
    };
  }

  #text(tag: string, check: Check, payload: unknown): string {
    const ended = this.#options.ended();
    const text = payloadText(tag, payload, this.#options.checks ? check : null);
    if (ended !== null) throw ended;
    return text;
  }
}
