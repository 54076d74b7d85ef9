/** Drives the connection machine: owns the socket and the alarm, and does what the machine's effects say. */
import { Alarm, type Clock } from "./clock.js";
import {
  type CloseReason,
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionSnapshot,
  type ConnectionState,
  IDLE,
  connectionSnapshot,
  nextDeadline,
} from "./connection.js";
import type { ListenerFailure } from "./emitter.js";
import { Cell, type Store } from "./store.js";
import { transition } from "./transitions.js";
import { SUBPROTOCOLS, type Socket, type SocketEvents, type SocketFactory } from "./transport.js";

/** Whom a link works for. */
export interface LinkOwner {
  /** Whether there is somebody to ask for another token. */
  readonly renewable: boolean;
  /** Gets what the greeting needs; `null` if it is there. Asked before each connection is opened. */
  prepare(): Promise<void> | null;
  /** The first frame of every connection. */
  greeting(): string;
  received(text: string): void;
  ready(): void;
  /** The connection is gone; `fresh` says that positions are worth nothing any more. */
  down(fresh: boolean): void;
  /** There will be no other connection. */
  over(reason: CloseReason | null): void;
}

export interface LinkSettings {
  readonly url: string;
  readonly socket: SocketFactory;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onListenerError: ListenerFailure;
}

export class Link {
  readonly #settings: LinkSettings;
  readonly #owner: LinkOwner;
  readonly #shown: Cell<ConnectionSnapshot>;
  readonly #alarm: Alarm;
  #state: ConnectionState = IDLE;
  #socket: Socket | null = null;
  #attempt = 0;

  constructor(settings: LinkSettings, owner: LinkOwner) {
    this.#settings = settings;
    this.#owner = owner;
    this.#shown = new Cell(connectionSnapshot(IDLE), settings.onListenerError);
    this.#alarm = new Alarm(settings.clock, () => {
      this.take({ kind: "tick" });
    });
  }

  get shown(): Store<ConnectionSnapshot> {
    return this.#shown;
  }

  get phase(): ConnectionState["phase"] {
    return this.#state.phase;
  }

  /** Sends if there is a connection; says whether there was. */
  send(text: string): boolean {
    this.#socket?.send(text);
    return this.#socket !== null;
  }

  /** Lets the machine move. Listeners may call back into it, so only the latest state is shown. */
  take(input: ConnectionInput): void {
    const { clock, random } = this.#settings;
    const around = { now: clock.now(), random, renewable: this.#owner.renewable };
    const { state, effects } = transition(this.#state, input, around);
    this.#state = state;
    this.#alarm.set(nextDeadline(state));
    for (const effect of effects) this.#perform(effect);
    if (this.#state === state) this.#shown.set(connectionSnapshot(state));
  }

  #perform(effect: ConnectionEffect): void {
    switch (effect.kind) {
      case "open":
        this.#prepare();
        break;
      case "greet":
        this.send(this.#owner.greeting());
        break;
      case "ready":
        this.#owner.ready();
        break;
      case "abandon":
        this.#socket?.close(effect.code, "");
        this.#socket = null;
        break;
      case "down":
        this.#socket = null;
        this.#owner.down(effect.fresh);
        break;
      case "over":
        this.#socket = null;
        this.#owner.over(effect.reason);
        break;
    }
  }

  /** A socket is opened only when the greeting is at hand: servers don't wait long for it. */
  #prepare(): void {
    const attempt = ++this.#attempt;
    const isCurrent = (): boolean => this.#attempt === attempt && this.#state.phase === "opening";
    const prepared = this.#owner.prepare();
    if (prepared === null) {
      this.#open();
      return;
    }
    prepared.then(
      () => {
        if (isCurrent()) this.#open();
      },
      () => {
        if (isCurrent()) this.take({ kind: "failed", message: "there is no token" });
      },
    );
  }

  #open(): void {
    const { url, socket: open } = this.#settings;
    // A socket that was given up may still report; nobody listens to it then.
    let live = true;
    const events: SocketEvents = {
      opened: () => {
        if (live) this.take({ kind: "opened" });
      },
      received: (text) => {
        if (!live) return;
        this.take({ kind: "heard" });
        this.#owner.received(text);
      },
      closed: (code, message) => {
        if (live) this.take({ kind: "lost", code, message });
        live = false;
      },
    };
    try {
      const socket = open(url, SUBPROTOCOLS, events);
      this.#socket = {
        send: (text) => {
          socket.send(text);
        },
        close: (code, reason) => {
          live = false;
          socket.close(code, reason);
        },
      };
    } catch (error) {
      // Such as a URL that the platform does not take.
      live = false;
      this.take({ kind: "lost", code: 0, message: String(error) });
    }
  }
}
