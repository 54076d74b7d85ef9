/** What a client sends: at once, later, again, or not at all; and the requests that wait for their answers, by ref. */
import type { RequestOptions } from "./channel.js";
import { type Check, checkAnything, findDeepIssues } from "./checks.js";
import type { Clock } from "./clock.js";
import type { ChannelTables, EventDefinition, Fate, OfflinePolicy, RequestDefinition } from "./definition.js";
import {
  DisconnectedError,
  type ErrorAnswer,
  InvalidPayloadError,
  type RealtimeError,
  RequestError,
  TimeoutError,
} from "./errors.js";
import type { Issue } from "./issues.js";
import type { ClientOptions } from "./options.js";
import { eventText, payloadText } from "./outgoing.js";
import type { Message } from "./queue-feature.js";

/** How the protocol's own requests are waited for, and what they give: whoever asks reads it. */
const ASKING: RequestDefinition = { check: checkAnything, reply: checkAnything, errors: {}, timeoutMs: 10_000 };

/** Where a message goes. */
export interface Destination {
  readonly address: string;
  readonly tables: ChannelTables;
  /** Whether messages can be sent there now. */
  readonly isJoined: boolean;
}

/** Whom this sends for. */
export interface SendingHost {
  readonly clock: Clock;
  /** Whether what comes is checked, and what leaves. */
  readonly validates: boolean;
  readonly checks: boolean;
  readonly options: Pick<ClientOptions, "queue">;
  /** Who this client is for the others. */
  readonly name: string;
  /** Why nothing can be sent any more; `null` while something may be. */
  readonly ended: RealtimeError | null;
  /** Sends if there is a connection; says whether there was. */
  send(text: string): boolean;
  /** Sends a frame, in the same way. */
  say(...frame: readonly [tag: string, ...rest: unknown[]]): boolean;
  /** Told about an answer that breaks the contract. */
  invalid(tag: string, address: string, issues: readonly Issue[]): void;
  /** Told about a message that waited in vain, where no promise tells it. */
  dropped(error: DisconnectedError): void;
}

/** A request without an outcome yet. Gets exactly one; what comes after that is ignored. */
interface Call extends Message {
  readonly definition: RequestDefinition;
  readonly succeed: (reply: unknown) => void;
  readonly fail: (error: Error) => void;
}

export class Sending {
  /** The highest ref that was used. */
  lastRef = 0;
  readonly #host: SendingHost;
  readonly #calls = new Map<number, Call>();
  /** What is to be sent as soon as it can be, in that order. */
  #waiting: readonly Message[] = [];

  constructor(host: SendingHost) {
    this.#host = host;
  }

  nextRef(): number {
    return ++this.lastRef;
  }

  /** The server knows refs up to this one (`null`: it can't tell). What may be sent again goes to where joins have left. */
  welcomed(lastRef: number | null, addresses: readonly string[]): void {
    // They are taken, though another object of the same name may have made them.
    this.lastRef = Math.max(this.lastRef, lastRef ?? 0);
    this.#refuse(({ sent, idempotent, ref }) => sent && !idempotent && (lastRef === null || ref <= lastRef), "");
    for (const address of addresses) this.#flush((each) => each.address === address && each.sent);
  }

  /** Sends without waiting for an answer; throws if it can't be sent and may not wait. */
  notify(to: Destination, tag: string, { check, offline }: EventDefinition, payload: unknown): Fate {
    const text = eventText(tag, 0, to.address, this.#payload(tag, check, payload));
    if (to.isJoined && this.#host.send(text)) return "sent";
    if (offline === "drop") return "dropped";
    const fail = (error: DisconnectedError): void => {
      this.#host.dropped(error);
    };
    const refusal = this.#later(to, offline, { ...this.#message(tag, 0, to.address, text), idempotent: false, fail });
    if (refusal !== null) throw refusal;
    return "queued";
  }

  request(
    to: Destination,
    tag: string,
    definition: RequestDefinition,
    payload: unknown,
    options: RequestOptions,
  ): Promise<unknown> {
    return this.#asking(options, (succeed, reject) => {
      const body = this.#payload(tag, definition.check, payload);
      const ref = this.nextRef();
      const text = eventText(tag, ref, to.address, body);
      const message = this.#message(tag, ref, to.address, text);
      const call = this.#wait(message, definition, options, succeed, reject);
      if (to.isJoined && this.#host.send(text)) return;
      const refusal = this.#later(to, definition.offline, call);
      if (refusal === null) options.onQueued?.();
      else call.fail(refusal);
    });
  }

  /** Makes one of the protocol's own requests: never queued, never sent again. */
  ask(tag: string, rest: readonly unknown[], options: RequestOptions = {}): Promise<unknown> {
    return this.#asking(options, (succeed, reject) => {
      const ref = this.nextRef();
      const call = this.#wait(this.#message(tag, ref, "", ""), ASKING, options, succeed, reject);
      if (!this.#host.say(tag, ref, ...rest)) call.fail(new DisconnectedError(tag, false));
    });
  }

  /** Takes a `$reply`. */
  replied(ref: number, payload: unknown): void {
    const call = this.#calls.get(ref);
    if (call !== undefined && this.#accepts(call, call.definition.reply, payload)) call.succeed(payload);
  }

  /** Takes an `$error`. False if nobody waits for it (any more). */
  failed(ref: number, answer: ErrorAnswer): boolean {
    const call = this.#calls.get(ref);
    if (call === undefined) return false;
    const { errors } = call.definition;
    const check = Object.hasOwn(errors, answer.code) ? errors[answer.code] : undefined;
    // The first time it was sent it may have taken effect, whatever the second one says of now.
    if (call.sent && answer.code === "not_joined") call.fail(unsent(call));
    else if (this.#accepts(call, check ?? checkAnything, answer.data)) call.fail(new RequestError(answer));
    return true;
  }

  /** A channel is joined: what waited for that goes first. */
  joined(address: string): void {
    this.#flush((each) => each.address === address);
  }

  /** Nobody is in a channel any more, so nothing waits for it. */
  gone(address: string): void {
    this.#refuse((each) => each.address === address, "the channel was left");
  }

  /** Whether answers up to a ref are still to come. */
  owes(upTo: number): boolean {
    return this.#lost(upTo).length > 0;
  }

  /** No answer comes any more to what was sent, up to a ref: what can be sent again goes first when it can. */
  putBack(upTo: number = Infinity): void {
    const lost = this.#lost(upTo);
    for (const call of lost) {
      call.sent = true;
      call.bytes = 0;
      call.expires = Infinity;
      call.session = this.#host.name;
    }
    this.#waiting = [...lost, ...this.#waiting];
    this.#refuse(({ text }) => text === "", "");
  }

  /** There will be no other connection. `known`: who ended it knows why; else nobody can tell what became of what was sent. */
  closed(error: RealtimeError, known: boolean): void {
    if (known) for (const call of [...this.#calls.values()]) call.fail(error);
    this.putBack();
    this.#refuse(() => true, "the client was closed");
  }

  /** Those that have left and wait for their answers. */
  #lost(upTo: number): Call[] {
    return [...this.#calls.values()].filter((each) => each.ref <= upTo && !this.#waiting.includes(each));
  }

  #asking(
    { signal }: RequestOptions,
    begin: (succeed: (reply: unknown) => void, reject: (error: Error) => void) => void,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) throw abortError(signal);
      begin(resolve, reject);
    });
  }

  #message(tag: string, ref: number, address: string, text: string): Omit<Message, "idempotent" | "fail"> {
    return { tag, ref, address, text, session: this.#host.name, sent: false, bytes: 0, expires: Infinity };
  }

  /** Waits for the answer to a request that is about to be sent. */
  #wait(
    message: Omit<Message, "idempotent" | "fail">,
    definition: RequestDefinition,
    { timeoutMs = definition.timeoutMs, signal }: RequestOptions,
    succeed: (reply: unknown) => void,
    reject: (error: Error) => void,
  ): Call {
    const { ref, tag } = message;
    const abort = (): void => {
      call.fail(abortError(signal));
    };
    const ends = (): void => {
      this.#calls.delete(ref);
      this.#waiting = this.#waiting.filter((each) => each !== call);
      cancel();
      signal?.removeEventListener("abort", abort);
    };
    const call: Call = {
      ...message,
      definition,
      idempotent: definition.idempotent === true,
      succeed: (reply) => {
        ends();
        succeed(reply);
      },
      fail: (error) => {
        ends();
        reject(error);
      },
    };
    const cancel = this.#host.clock.after(timeoutMs, () => {
      call.fail(new TimeoutError(tag, timeoutMs));
    });
    signal?.addEventListener("abort", abort);
    this.#calls.set(ref, call);
    return call;
  }

  /** Whether an answer is what the contract promises; fails its call if not. */
  #accepts(call: Call, check: Check, payload: unknown): boolean {
    const issues = this.#host.validates ? findDeepIssues(check, payload) : [];
    if (issues.length === 0) return true;
    call.fail(new InvalidPayloadError(call.tag, issues));
    this.#host.invalid(call.tag, "", issues);
    return false;
  }

  /** Lets a message wait, if it may; gives the reason if not. */
  #later({ tables }: Destination, offline: OfflinePolicy | undefined, message: Message): RealtimeError | null {
    const { options, clock } = this.#host;
    const { tag } = message;
    if (offline !== "queue" || tables.queue === undefined) return new DisconnectedError(tag, false);
    this.#expire();
    if (!tables.queue(message, this.#waiting, options.queue ?? {}, clock.now())) {
      return new DisconnectedError(tag, false, "too much waits already");
    }
    this.#waiting = [...this.#waiting, message];
    return null;
  }

  #flush(isMeant: (message: Message) => boolean): void {
    const { name } = this.#host;
    this.#expire();
    this.#refuse((each) => isMeant(each) && each.session !== "" && each.session !== name, "it was somebody else's");
    const ready = this.#waiting.filter(isMeant);
    this.#waiting = this.#waiting.filter((each) => !isMeant(each));
    for (const { text } of ready) this.#host.send(text);
  }

  #expire(): void {
    const now = this.#host.clock.now();
    this.#refuse(({ expires }) => expires <= now, "it waited too long");
  }

  #refuse(isMeant: (message: Message) => boolean, why: string): void {
    const refused = this.#waiting.filter(isMeant);
    if (refused.length === 0) return;
    this.#waiting = this.#waiting.filter((each) => !isMeant(each));
    for (const message of refused) message.fail(unsent(message, why));
  }

  #payload(tag: string, check: Check, payload: unknown): string {
    const text = payloadText(tag, payload, this.#host.checks ? check : null);
    if (this.#host.ended !== null) throw this.#host.ended;
    return text;
  }
}

/** Why there is no answer: it may have arrived if it has left, else it never did. */
function unsent({ tag, sent }: Message, why?: string): DisconnectedError {
  return new DisconnectedError(tag, sent, why);
}

/** The reason an `AbortSignal` gives, as an error. */
function abortError(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new DOMException("The request was aborted", "AbortError");
}
