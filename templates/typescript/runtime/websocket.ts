/** The platform's own WebSocket: browsers, workers, Node 22 and later. */
import type { SocketFactory } from "./transport.js";

/** Looked up when a connection is made, not at import: server rendering needs no WebSocket. */
export const openWebSocket: SocketFactory = (url, protocols, events) => {
  if (typeof WebSocket === "undefined") {
    throw new TypeError("there is no WebSocket here: hand one in with the option `socket`");
  }
  const socket = new WebSocket(url, [...protocols]);
  const listening = new AbortController();
  const { signal } = listening;
  socket.addEventListener(
    "open",
    () => {
      events.opened();
    },
    { signal },
  );
  socket.addEventListener(
    "message",
    ({ data }: MessageEvent<unknown>) => {
      // Binary frames belong to a codec that this client did not offer.
      if (typeof data === "string") events.received(data);
    },
    { signal },
  );
  socket.addEventListener(
    "close",
    ({ code, reason }) => {
      listening.abort();
      events.closed(code, reason);
    },
    { signal },
  );
  return {
    send: (text) => {
      socket.send(text);
    },
    close: (code, reason) => {
      listening.abort();
      socket.close(code, reason);
    },
  };
};
