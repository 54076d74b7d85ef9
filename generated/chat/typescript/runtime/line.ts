/** One socket, until it is given up: what it still reports after that reaches nobody. */
import { SUBPROTOCOLS, type Socket, type SocketEvents, type SocketFactory } from "./transport.js";

export class Line {
  #events: SocketEvents;
  #socket: Socket | null = null;
  #isLive = true;

  constructor(events: SocketEvents) {
    this.#events = events;
  }

  /** Opens the socket. One that can't even be made (such as for a URL that the platform refuses) is reported closed. */
  open(open: SocketFactory, url: string): void {
    try {
      this.#socket = open(url, SUBPROTOCOLS, {
        opened: () => {
          if (this.#isLive) this.#events.opened();
        },
        received: (text) => {
          if (this.#isLive) this.#events.received(text);
        },
        closed: (code, reason) => {
          this.#end(code, reason);
        },
      });
    } catch (error) {
      this.#end(0, String(error));
    }
  }

  /** From now on somebody else is told. */
  hand(events: SocketEvents): void {
    this.#events = events;
  }

  /** Without effect once the socket is closed. */
  send(text: string): void {
    if (this.#isLive) this.#socket?.send(text);
  }

  close(code: number): void {
    if (!this.#isLive) return;
    this.#isLive = false;
    this.#socket?.close(code, "");
  }

  #end(code: number, reason: string): void {
    if (!this.#isLive) return;
    this.#isLive = false;
    this.#events.closed(code, reason);
  }
}
