/**
 * A server in memory for one client, that knows of the contract only its types.
 *
 * @example
 * const server = new TestServer();
 * const client = createChatClient({ url: "ws://test", socket: server.socket });
 * server.answer(room, "send", (payload) => ({ ...message, body: payload.body }));
 * server.emit(room, { roomId: "general" }, "posted", message);
 */
import type { AnyChannel, EventMeta, EventsOf, RequestsOf } from "../channel.js";
import { type ChannelDefinition, fillAddress } from "../definition.js";
import { RequestError } from "../errors.js";
import type { SocketFactory } from "../transport.js";
import { type MemoryConnection, MemoryNetwork } from "./memory-network.js";

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
