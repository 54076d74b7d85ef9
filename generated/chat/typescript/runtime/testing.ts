/**
 * For tests of applications: a server in memory that is typed by the contract, and a clock that is turned by hand.
 * Not part of `index.ts`, so that it never gets into a bundle by accident.
 *
 * @example
 * const server = new TestServer();
 * const client = createChatClient({ url: "ws://test", socket: server.socket });
 * server.answer(room, "send", (payload) => ({ ...message, body: payload.body }));
 * server.emit(room, { roomId: "general" }, "posted", message);
 */
import type { AnyChannel, EventMeta, EventsOf, RequestsOf } from "./channel.js";
import type { Clock } from "./clock.js";
import { type ChannelDefinition, fillAddress } from "./definition.js";
import { RequestError } from "./errors.js";
import type { SocketEvents, SocketFactory } from "./transport.js";
import { isArray } from "./values.js";

/** Time that stands still until `advance` is called. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly ring: () => void }>();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, ring: callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** How many timers are waiting. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Lets time pass, and rings what falls due on the way, in its order. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let next = this.#nextBefore(end); next !== undefined; next = this.#nextBefore(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.ring();
    }
    this.#now = end;
  }

  /** Lets time pass while the computer sleeps: what fell due meanwhile rings at the end, late. */
  sleep(milliseconds: number): void {
    this.#now += milliseconds;
    this.advance(0);
  }

  #nextBefore(end: number): { readonly at: number; readonly ring: () => void } | undefined {
    const due = [...this.#timers].filter(({ at }) => at <= end);
    return due.sort((left, right) => left.at - right.at)[0];
  }
}

/** One connection as its server sees it: frames are values here, not text. */
export class MemoryConnection {
  /** What the client sent, oldest first. */
  readonly sent: (readonly unknown[])[] = [];
  /** The code with which the client ended it; `null` while it has not. */
  closedWith: number | null = null;
  readonly url: string;
  readonly protocols: readonly string[];
  readonly #events: SocketEvents;

  constructor(url: string, protocols: readonly string[], events: SocketEvents) {
    this.url = url;
    this.protocols = protocols;
    this.#events = events;
  }

  /** The handshake is done. */
  accept(): void {
    this.#events.opened();
  }

  /** Sends a frame to the client. */
  send(frame: readonly unknown[]): void {
    this.sendText(JSON.stringify(frame));
  }

  /** Sends any text to the client. */
  sendText(text: string): void {
    this.#events.received(text);
  }

  /** Ends it from the server's side, or with 1006 from nobody's. */
  drop(code = 1006, reason = ""): void {
    this.#events.closed(code, reason);
  }

  /** What the client sent under a tag. */
  framesOf(tag: string): (readonly unknown[])[] {
    return this.sent.filter(([each]) => each === tag);
  }
}

/** Connections in memory that nobody answers but the test. */
export class MemoryNetwork {
  readonly connections: MemoryConnection[] = [];
  readonly #onOpen: (connection: MemoryConnection) => void;
  readonly #onFrame: (connection: MemoryConnection, frame: readonly unknown[]) => void;

  constructor(
    onOpen: (connection: MemoryConnection) => void = () => undefined,
    onFrame: (connection: MemoryConnection, frame: readonly unknown[]) => void = () => undefined,
  ) {
    this.#onOpen = onOpen;
    this.#onFrame = onFrame;
  }

  /** What to hand to a client as its `socket`. */
  readonly socket: SocketFactory = (url, protocols, events) => {
    const connection = new MemoryConnection(url, protocols, events);
    this.connections.push(connection);
    this.#onOpen(connection);
    return {
      send: (text) => {
        const frame: unknown = JSON.parse(text);
        if (!isArray(frame)) throw new TypeError("a client sent what is not a frame");
        connection.sent.push(frame);
        this.#onFrame(connection, frame);
      },
      close: (code) => {
        connection.closedWith = code;
      },
    };
  };

  /** The newest connection; throws before there is one. */
  get latest(): MemoryConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error("no client has connected yet");
    return connection;
  }
}

type Answer = (payload: unknown) => unknown;

/** A server that welcomes, lets join, and answers as it is told. It works in microtasks, never in between. */
export class TestServer {
  readonly #network: MemoryNetwork;
  readonly #answers = new Map<string, Answer>();
  readonly #refused = new Map<string, string>();
  readonly #offsets = new Map<string, number>();

  constructor() {
    this.#network = new MemoryNetwork(
      (connection) => {
        queueMicrotask(() => {
          connection.accept();
        });
      },
      (connection, frame) => {
        queueMicrotask(() => {
          this.#take(connection, frame);
        });
      },
    );
  }

  /** What to hand to a client as its `socket`. */
  get socket(): SocketFactory {
    return this.#network.socket;
  }

  /** The newest connection, for what this class has no method for. */
  get connection(): MemoryConnection {
    return this.#network.latest;
  }

  /** Says how a request is answered: with what the function returns, or with the `RequestError` that it throws. */
  answer<Handle extends AnyChannel, Params extends object, Name extends keyof RequestsOf<Handle> & string>(
    definition: ChannelDefinition<Handle, Params>,
    name: Name,
    handler: (payload: RequestsOf<Handle>[Name]["payload"]) => RequestsOf<Handle>[Name]["reply"],
  ): void {
    this.#answers.set(`${definition.name}.${name}`, handler);
  }

  /** Tells the client about an event. With an offset in `meta` it counts as recorded. */
  emit<Handle extends AnyChannel, Params extends object, Name extends keyof EventsOf<Handle> & string>(
    definition: ChannelDefinition<Handle, Params>,
    params: Params,
    name: Name,
    payload: EventsOf<Handle>[Name],
    meta: Partial<EventMeta> = {},
  ): void {
    const { offset = 0, by } = meta;
    const address = addressOf(definition, params);
    this.#offsets.set(address, Math.max(offset, this.#offsets.get(address) ?? 0));
    const rest = by === undefined ? [] : [{ by }];
    this.connection.send([`${definition.name}.${name}`, offset, address, payload, ...rest]);
  }

  /** Refuses the joins of a channel from now on. */
  refuse<Params extends object>(definition: ChannelDefinition<AnyChannel, Params>, params: Params, code: string): void {
    this.#refused.set(addressOf(definition, params), code);
  }

  /** The payloads that the client sent as an event, oldest first, on the newest connection. */
  payloads<Handle extends AnyChannel, Params extends object>(
    definition: ChannelDefinition<Handle, Params>,
    name: string,
  ): unknown[] {
    return this.connection.framesOf(`${definition.name}.${name}`).map((frame) => frame[3]);
  }

  /** Ends the connection; the client comes back as the code says. */
  drop(code = 1006): void {
    this.connection.drop(code);
  }

  #take(connection: MemoryConnection, [tag, ref, address, payload]: readonly unknown[]): void {
    if (tag === "$hello") {
      const heartbeat = { every: 25, slack: 10 };
      connection.send(["$welcome", { session: "test", version: "0.0.0", heartbeat, limits: {}, capabilities: [] }]);
    } else if (tag === "$join") {
      this.#join(connection, ref, String(address));
    } else if (tag === "$leave") {
      connection.send(["$reply", ref, null]);
    } else if (typeof tag === "string" && !tag.startsWith("$") && ref !== 0) {
      connection.send(this.#answerTo(tag, ref, payload));
    }
  }

  #join(connection: MemoryConnection, ref: unknown, address: string): void {
    const code = this.#refused.get(address);
    if (code !== undefined) {
      connection.send(["$error", ref, { code, message: "refused by the test", retryable: false }]);
      return;
    }
    const offset = this.#offsets.get(address) ?? 0;
    connection.send(["$joined", ref, address, { epoch: "test", offset, recovered: true, replay: 0 }]);
  }

  #answerTo(tag: string, ref: unknown, payload: unknown): readonly unknown[] {
    const answer = this.#answers.get(tag);
    if (answer === undefined) {
      return ["$error", ref, { code: "unknown_event", message: `the test has no answer to ${tag}`, retryable: false }];
    }
    try {
      return ["$reply", ref, answer(payload) ?? null];
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const { code, message, retryable, data } = error;
      return ["$error", ref, { code, message, retryable, data }];
    }
  }
}

function addressOf<Params extends object>(definition: ChannelDefinition<AnyChannel, Params>, params: Params): string {
  return fillAddress(definition.address, Object.fromEntries<unknown>(Object.entries(params)));
}
