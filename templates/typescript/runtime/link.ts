/** Drives the connection machine: owns the socket and the alarm, and does what the machine's effects say. */
import { Alarm, type Clock } from "./clock.js";
import {
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionSnapshot,
  type ConnectionState,
  IDLE,
  type Surroundings,
  connectionSnapshot,
  nextDeadline,
} from "./connection.js";
import type { ListenerFailure } from "./emitter.js";
import { UnauthorizedError } from "./errors.js";
import { Line } from "./line.js";
import type { ClientOptions } from "./options.js";
import { type Page, browserPage } from "./browser-page.js";
import { Cell } from "./store.js";
import { type Transition, transition } from "./transitions.js";
import type { SocketEvents } from "./transport.js";
import { openWebSocket } from "./websocket.js";

/** Whom a link works for. */
export interface LinkOwner {
  readonly options: Pick<ClientOptions, "url" | "socket" | "page" | "background">;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onListenerError: ListenerFailure;
  /** Whether there is somebody to ask for another token. */
  readonly renewable: boolean;
  /** Gets what the greeting needs; `null` if it is there. Asked before each connection is opened. */
  prepare(): Promise<void> | null;
  /** The first frame of every connection. */
  greeting(): string;
  received(text: string): void;
  /** Does its part of an effect, after the link has done its own. */
  perform(effect: ConnectionEffect): void;
}

export type Rules = typeof transition;

/** Rules and sockets beside those of the link. */
export interface LinkExtension {
  /** The rules; `next` are those of the link alone. */
  transition(state: ConnectionState, input: ConnectionInput, around: Surroundings, next: Rules): Transition;
  perform(effect: ConnectionEffect): void;
  /** The connection is gone. */
  lost(): void;
}

export class Link {
  /** The connection, and whether what is sent on it comes behind a greeting. */
  line: Line | null = null;
  isOpen = false;
  state: ConnectionState = IDLE;
  extension: LinkExtension | null = null;
  readonly shown: Cell<ConnectionSnapshot>;
  /** What the line tells. */
  readonly events: SocketEvents;
  readonly #owner: LinkOwner;
  readonly #alarm: Alarm;
  readonly #page: Page | null;
  #attempt = 0;
  /** When a frame has come that the machine was not told of. */
  #heard: number | null = null;
  #unwatch: (() => void) | undefined;

  constructor(owner: LinkOwner) {
    const { page = browserPage } = owner.options;
    this.#owner = owner;
    this.#page = page;
    this.shown = new Cell(connectionSnapshot(IDLE, 0), owner.onListenerError);
    this.#alarm = new Alarm(owner.clock, () => {
      this.take({ kind: "tick" });
    });
    this.events = {
      opened: () => {
        this.take({ kind: "opened" });
      },
      received: (text) => {
        this.#hear();
        owner.received(text);
      },
      closed: (code, message) => {
        this.take({ kind: "lost", code, message });
      },
    };
  }

  /** Sends if there is a connection; says whether there was. */
  send(text: string): boolean {
    this.line?.send(text);
    return this.line !== null;
  }

  /** Lets the machine move. Listeners may call back into it, so only the latest state is shown. */
  take(input: ConnectionInput): void {
    const { clock, random, renewable, options } = this.#owner;
    const hidden = options.background !== "keep" && this.#page?.isHidden() === true;
    const around = { now: clock.now(), random, renewable, hidden };
    if (this.#heard !== null) {
      this.state = transition(this.state, { kind: "heard" }, { ...around, now: this.#heard }).state;
      this.#heard = null;
    }
    const { state, effects } =
      this.extension?.transition(this.state, input, around, transition) ?? transition(this.state, input, around);
    this.state = state;
    this.#watch(state.phase);
    this.#alarm.set(nextDeadline(state, around.now));
    for (const effect of effects) this.#perform(effect);
    if (this.state === state) this.shown.set(connectionSnapshot(state, around.now));
  }

  /** Calls `open` once the greeting is at hand: servers don't wait long for it. Only the latest call counts. */
  prepare(isWanted: () => boolean, open: () => void, fail: (error: unknown) => void): void {
    const attempt = ++this.#attempt;
    const ifWanted =
      <Args extends unknown[]>(act: (...args: Args) => void) =>
      (...args: Args): void => {
        if (this.#attempt === attempt && isWanted()) act(...args);
      };
    const prepared = this.#owner.prepare();
    if (prepared === null) open();
    else prepared.then(ifWanted(open), ifWanted(fail));
  }

  /** A socket that is being opened, and whom it tells; `keep` gets it before anything can happen. */
  connect(url: string, events: SocketEvents, keep: (line: Line) => void): void {
    const line = new Line(events);
    keep(line);
    line.open(this.#owner.options.socket ?? openWebSocket, url);
  }

  /** Makes the connection. */
  open(): void {
    this.prepare(
      () => this.state.phase === "opening",
      () => {
        this.connect(this.#owner.options.url, this.events, (line) => {
          this.line = line;
        });
      },
      (error) => {
        const final = error instanceof UnauthorizedError;
        this.take({ kind: "failed", message: final ? error.message : "there is no token", final });
      },
    );
  }

  /** A frame has come. Most change nothing else, so the machine is told with whatever happens next. */
  #hear(): void {
    this.#heard = this.#owner.clock.now();
    const { state } = this;
    if (state.phase === "ready" && state.probe !== Infinity) this.take({ kind: "heard" });
  }

  /** Listens to the page as long as there is something to lose by not doing so. */
  #watch(phase: ConnectionState["phase"]): void {
    if (phase === "idle" || phase === "closed") {
      this.#unwatch?.();
      this.#unwatch = undefined;
    } else {
      this.#unwatch ??= this.#page?.watch((event) => {
        this.take({ kind: "page", event });
      });
    }
  }

  #perform(effect: ConnectionEffect): void {
    switch (effect.kind) {
      case "open":
        this.open();
        break;
      case "greet":
        this.send(this.#owner.greeting());
        this.isOpen = true;
        break;
      case "abandon":
        this.line?.close(effect.code);
        this.#lose();
        break;
      case "down":
      case "over":
        this.#lose();
        break;
    }
    this.extension?.perform(effect);
    this.#owner.perform(effect);
  }

  #lose(): void {
    this.line = null;
    this.isOpen = false;
    this.#attempt++;
    this.extension?.lost();
  }
}
