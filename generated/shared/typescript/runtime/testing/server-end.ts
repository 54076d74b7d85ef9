/** A channel at one address, as a test holds its server's end: typed by the contract, and checked against it. */
import type { AnyChannel, Channel, EventsOf, RecordedOf, RequestsOf, ResyncReason } from "../channel.js";
import type { Check } from "../checks.js";
import type { Verdict } from "../codes.js";
import type { RequestError } from "../errors.js";
import type { DeclaredErrorOf } from "../failures.js";
import type { Present } from "../presence-feature.js";
import { Examples } from "./examples.js";
import type { Answer, AnyCall } from "./fake-answers.js";
import { refusalOf } from "./fake-answers.js";
import type { FakeRoom } from "./fake-room.js";
import type { FakeServer } from "./fake-server.js";

/** What a client can send in a channel: name to payload. */
export type SentOf<Handle> = {
  readonly [Name in Exclude<keyof Handle & string, keyof Channel | "presence" | `~${string}`>]: Handle[Name] extends (
    payload: infer Payload,
    ...rest: never[]
  ) => unknown
    ? Exclude<Payload, undefined>
    : never;
};

/** What comes behind an error's code: its data, where the contract gives it any. */
export type DataOf<Failure extends RequestError, Code> =
  Extract<Failure, { readonly code: Code }> extends RequestError<string, infer Data>
    ? null extends Data
      ? [data?: Data]
      : [data: Data]
    : never;

/** What a handler is given beside the payload. */
export interface FakeCall<Failure extends RequestError = never> {
  /** Ends the handler: the request is answered with one of the contract's errors. */
  readonly refuse: <Code extends Failure["code"]>(code: Code, ...data: DataOf<Failure, Code>) => never;
}

/** How a join is refused. */
export interface JoinRefusal {
  readonly message?: string;
  /** Whether the client is to try again. @default false */
  readonly retryable?: boolean;
  /** Seconds to wait before that. */
  readonly retryAfter?: number;
}

/** The people in a channel. */
export interface FakeMembers<State> {
  /** Everybody who is listed, by who they are; clients are there under their session when they have shown something. */
  readonly list: ReadonlyMap<string, State>;
  /** What clients showed, oldest first. */
  readonly shown: readonly State[];
  /** Somebody comes, or shows something else. */
  show(who: string, state: State): void;
  leave(who: string): void;
}

/** The server's end of a channel. */
export interface PlainEnd<Handle extends AnyChannel> {
  readonly address: string;
  /** How many clients are in it now. */
  readonly joined: number;

  /**
   * Tells everybody in the channel, at once. A recorded event is kept, too: who is away gets it with the next join.
   * Says whether anybody heard it now. Throws for a payload that breaks the contract, and where nobody has joined yet.
   */
  push<Name extends keyof EventsOf<Handle> & string>(
    name: Name,
    payload: EventsOf<Handle>[Name],
    meta?: { readonly by?: string },
  ): boolean;

  /** Puts a recorded event into the history, as if it had been told before anybody came. */
  record<Name extends RecordedOf<Handle> & keyof EventsOf<Handle> & string>(
    name: Name,
    payload: EventsOf<Handle>[Name],
  ): void;

  /**
   * Answers a request from now on, now or later: with what the handler returns, which is checked against the contract,
   * or with an error of the contract. A promise that is never settled lets the client run into its timeout.
   */
  answer<Name extends keyof RequestsOf<Handle> & string>(
    name: Name,
    handler: (
      payload: RequestsOf<Handle>[Name]["payload"],
      call: FakeCall<DeclaredErrorOf<Handle, Name>>,
    ) => RequestsOf<Handle>[Name]["reply"] | Promise<RequestsOf<Handle>[Name]["reply"]>,
  ): void;

  /** Answers a request with an error of the contract from now on. */
  refuse<Name extends keyof RequestsOf<Handle> & string, Code extends DeclaredErrorOf<Handle, Name>["code"]>(
    name: Name,
    code: Code,
    ...data: DataOf<DeclaredErrorOf<Handle, Name>, Code>
  ): void;

  /** What clients sent, oldest first. What was sent again is there once. */
  sent<Name extends keyof SentOf<Handle> & string>(name: Name): SentOf<Handle>[Name][];

  /** Lets nobody in from now on. */
  refuseJoin(code: string, refusal?: JoinRefusal): void;

  /** Lets everybody in again. */
  admit(): void;

  /** Ends the membership of all who are in it. `again` says what they are to do about it. */
  putOut(code?: string, again?: Verdict): void;

  /** The history is lost, and offsets start over: clients join again, and are told the reason by `onResync`. */
  resync(reason?: ResyncReason): void;

  /** A payload of an event: the contract's next example, or one made up. Change what matters to the test. */
  example<Name extends keyof EventsOf<Handle> & string>(name: Name): EventsOf<Handle>[Name];

  /** The same for the reply to a request. */
  exampleReply<Name extends keyof RequestsOf<Handle> & string>(name: Name): RequestsOf<Handle>[Name]["reply"];
}

/** The server's end of a channel, with its people where the contract has presence. */
export type ServerEnd<Handle extends AnyChannel> = PlainEnd<Handle> &
  (Handle extends Present<infer State> ? { readonly members: FakeMembers<State> } : unknown);

/** What stands behind every `ServerEnd`: it knows names and checks, the types are said by `PlainEnd`. */
export class RoomEnd {
  readonly #room: FakeRoom;
  readonly #server: FakeServer;
  readonly #examples: Examples;

  constructor(room: FakeRoom, server: FakeServer, examples: Examples) {
    this.#room = room;
    this.#server = server;
    this.#examples = examples;
  }

  get address(): string {
    return this.#room.address;
  }

  get joined(): number {
    return this.#room.members.size;
  }

  get members(): FakeMembers<unknown> {
    const { people } = this.#room;
    if (people === null) throw new TypeError(`${this.#room.facts.definition.name} has no presence`);
    return people;
  }

  push(name: string, payload: unknown, { by }: { readonly by?: string } = {}): boolean {
    const room = this.#room;
    room.mustSay(name, payload);
    if (!room.wasJoined && !room.isLatest(name)) {
      const advice = room.isRecorded(name) ? "; what was told before belongs into the history: record() it" : "";
      throw new Error(`${room.tagOf(name)}: nobody has joined ${room.address} yet. Wait for settled() first${advice}.`);
    }
    return this.#server.say(room, name, payload, by);
  }

  record(name: string, payload: unknown): void {
    this.#room.mustSay(name, payload);
    if (!this.#room.isRecorded(name)) throw new TypeError(`${this.#room.tagOf(name)} is not recorded`);
    this.#room.keep(name, payload);
  }

  answer(name: string, handler: Answer): void {
    this.#definitionOf(name);
    this.#room.answers.set(name, handler);
  }

  refuse(name: string, code: string, data: unknown = null): void {
    // Now, not when it is asked: a test that is wrong should fail where it is wrong.
    const { facts } = this.#room;
    const definition = this.#definitionOf(name);
    refusalOf({ tag: this.#room.tagOf(name), definition, payload: null, retryable: facts.retryable }, code, data);
    this.#room.answers.set(name, (_, call: AnyCall) => call.refuse(code, data));
  }

  sent(name: string): unknown[] {
    return this.#room.sent.filter((each) => each.name === name).map(({ payload }) => payload);
  }

  refuseJoin(code: string, { message = "refused by the test", retryable = false, retryAfter }: JoinRefusal = {}): void {
    this.#room.refusal = { code, message, retryable, ...(retryAfter !== undefined && { retryAfter }) };
  }

  admit(): void {
    this.#room.refusal = null;
  }

  putOut(code = "put_out", again: Verdict = "never"): void {
    this.#server.putOut(this.#room, code, again);
  }

  resync(reason = "invalidated"): void {
    this.#room.forget(reason);
    this.#room.broadcast(["$resync", this.address, { epoch: this.#room.epoch, after: 0, reason }]);
  }

  example(name: string): unknown {
    const check = this.#room.checkOf(name);
    return this.#example(`example of ${this.#room.tagOf(name)}`, this.#room.facts.examples.events[name], check);
  }

  exampleReply(name: string): unknown {
    const { reply } = this.#definitionOf(name);
    const { replies } = this.#room.facts.examples;
    return this.#example(`example of a reply to ${this.#room.tagOf(name)}`, replies[name], reply);
  }

  #example(key: string, list: readonly unknown[] = [], check: Check): unknown {
    const next = this.#examples.next(key, list);
    // An id that the contract wants as it is must not become another.
    const example = list.length === 0 || check(next) ? next : list[0];
    if (example === undefined) throw new Error(`the contract has no ${key}, and none could be made up: give one`);
    // The test may change what it gets.
    return JSON.parse(JSON.stringify(example));
  }

  #definitionOf(name: string): FakeRoom["facts"]["definition"]["requests"][string] {
    const { name: channel, requests } = this.#room.facts.definition;
    const definition = Object.hasOwn(requests, name) ? requests[name] : undefined;
    if (definition === undefined) throw new TypeError(`${channel} has no request ${JSON.stringify(name)}`);
    return definition;
  }
}
