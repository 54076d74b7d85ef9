/** A network in memory: sockets whose other end is in the same test. */
import type { SocketEvents, SocketFactory } from "../transport.js";
import { isArray } from "../values.js";

/** One frame of a conversation. */
export interface SpokenFrame {
  readonly from: "client" | "server";
  readonly frame: readonly unknown[];
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
  readonly #log: SpokenFrame[];
  #isOpen = false;

  /** What is said is put into `log`, too. */
  constructor(url: string, protocols: readonly string[], events: SocketEvents, log: SpokenFrame[] = []) {
    this.url = url;
    this.protocols = protocols;
    this.#events = events;
    this.#log = log;
  }

  /** Whether it was accepted, and neither end has given it up since. */
  get isOpen(): boolean {
    return this.#isOpen && this.closedWith === null;
  }

  /** The handshake is done. */
  accept(): void {
    this.#isOpen = true;
    this.#events.opened();
  }

  /** Sends a frame to the client. */
  send(frame: readonly unknown[]): void {
    const text = JSON.stringify(frame);
    this.#log.push({ from: "server", frame: JSON.parse(text) as readonly unknown[] });
    this.sendText(text);
  }

  /** A frame of the client has come. */
  take(frame: readonly unknown[]): void {
    this.sent.push(frame);
    this.#log.push({ from: "client", frame });
  }

  /** Sends any text to the client. */
  sendText(text: string): void {
    this.#events.received(text);
  }

  /** Ends it from the server's side, or with 1006 from nobody's. */
  drop(code = 1006, reason = ""): void {
    this.#isOpen = false;
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
  /** All frames of all connections, oldest first; texts that were sent as such are not among them. */
  readonly frames: SpokenFrame[] = [];
  readonly #onOpen: (connection: MemoryConnection) => void;
  readonly #onFrame: (connection: MemoryConnection, frame: readonly unknown[]) => void;
  readonly #onClose: (connection: MemoryConnection) => void;

  /** `onClose` is told of connections that the client ends. */
  constructor(
    onOpen: (connection: MemoryConnection) => void = () => undefined,
    onFrame: (connection: MemoryConnection, frame: readonly unknown[]) => void = () => undefined,
    onClose: (connection: MemoryConnection) => void = () => undefined,
  ) {
    this.#onOpen = onOpen;
    this.#onFrame = onFrame;
    this.#onClose = onClose;
  }

  /** What to hand to a client as its `socket`. */
  readonly socket: SocketFactory = (url, protocols, events) => {
    const connection = new MemoryConnection(url, protocols, events, this.frames);
    this.connections.push(connection);
    this.#onOpen(connection);
    return {
      send: (text) => {
        const frame: unknown = JSON.parse(text);
        if (!isArray(frame)) throw new TypeError("a client sent what is not a frame");
        connection.take(frame);
        this.#onFrame(connection, frame);
      },
      close: (code) => {
        connection.closedWith = code;
        this.#onClose(connection);
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
