/** What a client sends: at once, later, again, or not at all; and the requests that wait for their answers, by ref. */
import type { RequestOptions } from "./channel.js";
import { type Check, checkAnything, findDeepIssues } from "./checks.js";
import type { Clock } from "./clock.js";
import type { ChannelTables, EventDefinition, Fate, RequestDefinition } from "./definition.js";
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
  isJoined(): boolean;
}

/** Whom this sends for. */
export interface SendingHost {
  readonly clock: Clock;
  /** Whether what comes is checked, and what leaves. */
  readonly validates: boolean;
  readonly checks: boolean;
  readonly options: Pick<ClientOptions, "queue">;
  /** Who this client is for the others. */
  name(): string;
  /** Why nothing can be sent any more; `null` while something may be. */
  readonly ended: RealtimeError | null;
  /** Sends if there is a connection; says whether there was. */
  send(text: string): boolean;
  /** Sends a frame, in the same way. */
  say(...frame: readonly [tag: string, ...rest: unknown[]]): boolean;
  /** Told about an answer that breaks the contract. */
  readonly invalid: (tag: string, address: string, issues: readonly Issue[]) => void;
  /** Told about a message that waited in vain, where no promise tells it. */
  readonly dropped: (error: Error) => void;
}

export interface Sending {
  readonly nextRef: () => number;
  /** The highest ref that was used. */
  lastRef(): number;
  /** The server knows refs up to this one (`null`: it can't tell). What may be sent again goes to where joins have left. */
  welcomed(known: number | null, addresses: readonly string[]): void;
  /** Sends without waiting for an answer; throws if it can't be sent and may not wait. */
  notify(to: Destination, tag: string, definition: EventDefinition, payload: unknown): Fate;
  request(
    to: Destination,
    tag: string,
    definition: RequestDefinition,
    payload: unknown,
    options: RequestOptions,
  ): Promise<unknown>;
  /** Makes one of the protocol's own requests: never queued, never sent again. */
  ask(tag: string, rest: readonly unknown[], options?: RequestOptions): Promise<unknown>;
  /** Takes a `$reply`. */
  replied(ref: number, payload: unknown): void;
  /** Takes an `$error`. False if nobody waits for it (any more). */
  failed(ref: number, answer: ErrorAnswer): boolean;
  /** A channel is joined: what waited for that goes first. */
  joined(address: string): void;
  /** Nobody is in a channel any more, so nothing waits for it. */
  gone(address: string): void;
  /** Whether answers up to a ref are still to come. */
  owes(upTo: number): boolean;
  /** No answer comes any more to what was sent, up to a ref: what can be sent again goes first when it can. */
  putBack(upTo?: number): void;
  /** There will be no other connection. `known`: who ended it knows why; else nobody can tell what became of what was sent. */
  closed(error: RealtimeError, known: boolean): void;
}

type Settle<Value> = (value: Value) => void;

export function makeSending(host: SendingHost): Sending {
  const { clock, options } = host;
  /** Requests without an outcome, by their refs, and what else waits; in the order in which they were made. */
  const messages = new Map<number, Message>();
  let lastRef = 0;
  let unnumbered = 0;

  const nextRef = (): number => ++lastRef;

  /** Remembers a message until it has its outcome, of which there is exactly one; what comes after that is ignored. */
  const begin = (
    tag: string,
    ref: number,
    address: string,
    text: string,
    definition: Message["definition"],
    succeed: Settle<unknown>,
    fail: Settle<Error>,
    ends: () => void = () => undefined,
  ): Message => {
    const key = ref || --unnumbered;
    const settled =
      <Value>(settle: Settle<Value>): Settle<Value> =>
      (value) => {
        if (!messages.delete(key)) return;
        ends();
        settle(value);
      };
    const times = { session: host.name(), sent: false, waits: false, bytes: 0, expires: Infinity };
    const outcome = { succeed: settled(succeed), fail: settled(fail) };
    const message = { tag, ref, address, text, definition, ...times, ...outcome };
    messages.set(key, message);
    return message;
  };

  /** Makes a message that wants an answer, and waits for that. */
  const call = (
    tag: string,
    address: string,
    definition: RequestDefinition,
    { timeoutMs = definition.timeoutMs, signal }: RequestOptions,
    write: (ref: number) => string,
    send: (message: Message) => void,
  ): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) throw abortError(signal);
      // Before anything else: what a payload does while it becomes JSON may send something, too.
      const ref = nextRef();
      const text = write(ref);
      const abort = (): void => {
        message.fail(abortError(signal));
      };
      const message = begin(tag, ref, address, text, definition, resolve, reject, () => {
        cancel();
        signal?.removeEventListener("abort", abort);
      });
      const cancel = clock.after(timeoutMs, () => {
        message.fail(new TimeoutError(tag, timeoutMs));
      });
      signal?.addEventListener("abort", abort);
      send(message);
    });

  /** Those that have left and wait for their answers. */
  const lost = (upTo: number): Message[] => [...messages.values()].filter(({ ref, waits }) => !waits && ref <= upTo);

  const waiting = (isMeant?: (message: Message) => boolean): Message[] =>
    [...messages.values()].filter((each) => each.waits && isMeant?.(each) !== false);

  const refuse = (isMeant: (message: Message) => boolean, why?: string): void => {
    for (const message of waiting(isMeant)) message.fail(unsent(message, why));
  };

  const expire = (): void => {
    const now = clock.now();
    refuse(({ expires }) => expires <= now, "it waited too long");
  };

  const flush = (isMeant: (message: Message) => boolean): void => {
    const name = host.name();
    expire();
    refuse((each) => isMeant(each) && each.session !== "" && each.session !== name, "it was somebody else's");
    for (const message of waiting(isMeant)) {
      message.waits = false;
      if (message.ref === 0) message.succeed(null);
      host.send(message.text);
    }
  };

  const putBack = (upTo = Infinity): void => {
    const session = host.name();
    for (const message of lost(upTo)) {
      Object.assign(message, { session, sent: true, waits: true, bytes: 0, expires: Infinity });
    }
    refuse(({ text }) => text === "");
  };

  /** Lets a message wait, if it may; gives the reason if not. */
  const later = ({ tables }: Destination, message: Message): RealtimeError | null => {
    const { tag, definition } = message;
    if (definition.offline !== "queue" || !tables.queue) return new DisconnectedError(tag, false);
    expire();
    message.waits = tables.queue(message, waiting(), options.queue ?? {}, clock.now());
    return message.waits ? null : new DisconnectedError(tag, false, "too much waits already");
  };

  /** Whether an answer is what the contract promises; fails its request if not. */
  const accepts = (message: Message, check: Check | undefined, payload: unknown): boolean => {
    const issues = check && host.validates ? findDeepIssues(check, payload) : [];
    if (issues.length === 0) return true;
    message.fail(new InvalidPayloadError(message.tag, issues));
    host.invalid(message.tag, "", issues);
    return false;
  };

  const bodyOf = (tag: string, check: Check, payload: unknown): string => {
    const text = payloadText(tag, payload, host.checks ? check : null);
    if (host.ended) throw host.ended;
    return text;
  };

  return {
    nextRef,
    putBack,
    lastRef: () => lastRef,

    welcomed: (known, addresses) => {
      // They are taken, though another object of the same name may have made them.
      lastRef = Math.max(lastRef, known ?? 0);
      refuse(({ sent, definition, ref }) => sent && definition.idempotent !== true && ref <= (known ?? Infinity));
      for (const address of addresses) flush((each) => each.address === address && each.sent);
    },

    notify: (to, tag, definition, payload) => {
      const text = eventText(tag, 0, to.address, bodyOf(tag, definition.check, payload));
      if (to.isJoined() && host.send(text)) return "sent";
      if (definition.offline === "drop") return "dropped";
      const message = begin(tag, 0, to.address, text, definition, () => undefined, host.dropped);
      const refusal = later(to, message);
      if (!refusal) return "queued";
      message.succeed(null);
      throw refusal;
    },

    request: (to, tag, definition, payload, settings) =>
      call(
        tag,
        to.address,
        definition,
        settings,
        (ref) => eventText(tag, ref, to.address, bodyOf(tag, definition.check, payload)),
        (message) => {
          if (to.isJoined() && host.send(message.text)) return;
          const refusal = later(to, message);
          if (refusal) message.fail(refusal);
          else settings.onQueued?.();
        },
      ),

    ask: (tag, rest, settings = {}) =>
      call(
        tag,
        "",
        ASKING,
        settings,
        () => "",
        (message) => {
          if (!host.say(tag, message.ref, ...rest)) message.fail(new DisconnectedError(tag, false));
        },
      ),

    replied: (ref, payload) => {
      const message = messages.get(ref);
      if (message && accepts(message, message.definition.reply, payload)) message.succeed(payload);
    },

    failed: (ref, answer) => {
      const message = messages.get(ref);
      if (!message) return false;
      const { errors = {} } = message.definition;
      // The first time it was sent it may have taken effect, whatever the second one says of now.
      if (message.sent && answer.code === "not_joined") message.fail(unsent(message));
      else if (accepts(message, Object.hasOwn(errors, answer.code) ? errors[answer.code] : undefined, answer.data)) {
        message.fail(new RequestError(answer));
      }
      return true;
    },

    joined: (address) => {
      flush((each) => each.address === address);
    },

    gone: (address) => {
      refuse((each) => each.address === address, "the channel was left");
    },

    owes: (upTo) => lost(upTo).length > 0,

    closed: (error, known) => {
      if (known) for (const message of [...messages.values()]) if (message.ref > 0) message.fail(error);
      putBack();
      refuse(() => true, "the client was closed");
    },
  };
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
