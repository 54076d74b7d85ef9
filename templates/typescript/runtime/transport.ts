/** The door to the network: what a socket must do, and what it must tell. */

/** A connection in the making or made. */
export interface Socket {
  send(text: string): void;
  /** Ends the connection; nothing is reported any more after this. */
  close(code: number, reason: string): void;
}

/** What a socket tells its owner: `opened` at most once, then frames, then `closed` once. */
export interface SocketEvents {
  readonly opened: () => void;
  readonly received: (text: string) => void;
  readonly closed: (code: number, reason: string) => void;
}

/** Opens a connection. Must not call `events` before it returned. */
export type SocketFactory = (url: string, protocols: readonly string[], events: SocketEvents) => Socket;

/** The subprotocols a client offers: this version's, and the constant in which a server can say why not. */
export const SUBPROTOCOLS: readonly string[] = ["rtgen.v1.json", "rtgen"];
