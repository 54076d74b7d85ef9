/** WebSockets by their standard interface: the platform's own, or a class of a package for platforms without one. */
import { makeSlices } from "./slices.js";
import type { Socket, SocketEvents, SocketFactory } from "./transport.js";

/**
 * What is used of a WebSocket. The handlers take `never`, so that each class may have event types of its own.
 */
export interface WebSocketLike {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** A WebSocket class: of browsers, of Node 22 and later, Deno and Bun, or of a package such as `ws`. */
export type WebSocketClass = new (url: string, protocols: string[]) => WebSocketLike;

/** Opens connections with a class that is handed in: `socket: webSocketFactory(WebSocket)`. */
export function webSocketFactory(Class: WebSocketClass): SocketFactory {
  return (url, protocols, events) => watched(new Class(url, [...protocols]), events);
}

/** Looked up when a connection is made, not at import: server rendering needs no WebSocket. */
export const openWebSocket: SocketFactory = (url, protocols, events) => {
  if (typeof WebSocket === "undefined") {
    throw new TypeError("there is no WebSocket here: hand one in with the option `socket`");
  }
  return watched(new WebSocket(url, [...protocols]), events);
};

function watched(socket: WebSocketLike, { opened, received, closed }: SocketEvents): Socket {
  const { run, clear } = makeSlices();
  const unwatch = (): void => {
    socket.onopen = socket.onmessage = socket.onclose = null;
  };
  socket.onopen = () => {
    opened();
  };
  socket.onmessage = ({ data }: { readonly data: unknown }) => {
    // Binary frames belong to a codec that this client did not offer.
    if (typeof data === "string")
      run(() => {
        received(data);
      });
  };
  socket.onclose = ({ code, reason }: { readonly code: number; readonly reason: string }) => {
    unwatch();
    run(() => {
      closed(code, reason);
    });
  };
  // Closing follows and says the same. Some classes throw errors that nobody listens to.
  socket.onerror = () => undefined;
  return {
    send: (text) => {
      socket.send(text);
    },
    close: (code, reason) => {
      unwatch();
      clear();
      socket.close(code, reason);
    },
  };
}
