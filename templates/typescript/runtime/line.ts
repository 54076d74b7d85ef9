/** One socket, until it is given up: what it still reports after that reaches nobody. */
import { CLOSE_NORMAL } from "./codes.js";
import { SUBPROTOCOLS, type Socket, type SocketEvents, type SocketFactory } from "./transport.js";

export interface Line {
  /** Whom it tells; may be somebody else from one moment to the next. */
  events: SocketEvents;
  /** Opens the socket. One that can't even be made (such as for a URL that the platform refuses) is reported closed. */
  open(open: SocketFactory, url: string): void;
  /** Without effect once the socket is closed. */
  send(text: string): void;
  close(code?: number): void;
}

export function makeLine(events: SocketEvents): Line {
  let socket: Socket | undefined;
  let isLive = true;
  const closed = (code: number, reason: string): void => {
    if (isLive) {
      isLive = false;
      line.events.closed(code, reason);
    }
  };
  const line: Line = {
    events,
    open: (open, url) => {
      try {
        socket = open(url, SUBPROTOCOLS, {
          opened: () => {
            if (isLive) line.events.opened();
          },
          received: (text) => {
            if (isLive) line.events.received(text);
          },
          closed,
        });
      } catch (error) {
        closed(0, String(error));
      }
    },
    send: (text) => {
      if (isLive) socket?.send(text);
    },
    close: (code = CLOSE_NORMAL) => {
      if (!isLive) return;
      isLive = false;
      socket?.close(code, "");
    },
  };
  return line;
}
