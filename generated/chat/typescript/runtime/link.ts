/** Drives the connection machine: owns the sockets and the alarm, and does what the machine's effects say. */
import { Alarm, type Clock } from "./clock.js";
import { CLOSE_NORMAL } from "./codes.js";
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
import { UnauthorizedError } from "./errors.js";
import { Line } from "./line.js";
import type { Page } from "./browser-page.js";
import { Cell, type Store } from "./store.js";
import { transition } from "./transitions.js";
import type { SocketFactory } from "./transport.js";

/** How long the answers to earlier requests are waited for on a connection that was moved from. */
const LATE_MS = 5_000;

/** Whom a link works for. */
export interface LinkOwner {
  /** Whether there is somebody to ask for another token. */
  readonly renewable: boolean;
  /** Gets what the greeting needs; `null` if it is there. Asked before each connection is opened. */
  prepare(): Promise<void> | null;
  /** The first frame of every connection. */
  greeting(): string;
  /** The greeting has left; what is sent now comes right behind it. */
  greeted(): void;
  received(text: string): void;
  /** A frame of the connection that was moved from. Says whether nothing more is wanted of it. */
  receivedBeside(text: string): boolean;
  /** The connection that is to follow is open. */
  openedNext(send: (text: string) => void): void;
  receivedNext(text: string, send: (text: string) => void): void;
  /** The connection that was to follow is not to be. */
  lostNext(): void;
  /** The connection that was to follow is all there is; it is greeted already, or will be. */
  promoted(): void;
  /** The server asks for nothing; show it a sign of life, and have one back. */
  probe(): void;
  /** Show a newer token on the open connection. */
  renew(): void;
  ready(): void;
  /** What follows travels on another connection. Says whether answers are still to come on the old one. */
  moved(): boolean;
  /** Nothing comes any more on the connection that was moved from. */
  settled(): void;
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
  readonly page: Page | null;
  /** Whether to stay connected while nobody looks. */
  readonly keep: boolean;
  readonly onListenerError: ListenerFailure;
}

export class Link {
  readonly #settings: LinkSettings;
  readonly #owner: LinkOwner;
  readonly #shown: Cell<ConnectionSnapshot>;
  readonly #alarm: Alarm;
  #state: ConnectionState = IDLE;
  #line: Line | null = null;
  /** The connection that is to follow. */
  #next: Line | null = null;
  /** The connection that was moved from. */
  #late: Line | null = null;
  #attempt = 0;
  #heard = false;
  #heardAt = 0;
  #greeted = false;
  #nextGreeted = false;
  #moveTo = "";
  #unwatch: (() => void) | null = null;

  constructor(settings: LinkSettings, owner: LinkOwner) {
    this.#settings = settings;
    this.#owner = owner;
    this.#shown = new Cell(connectionSnapshot(IDLE, 0), settings.onListenerError);
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

  /** Whether what is sent now comes behind a greeting. */
  get isOpen(): boolean {
    return this.#greeted;
  }

  /** Sends if there is a connection; says whether there was. */
  send(text: string): boolean {
    this.#line?.send(text);
    return this.#line !== null;
  }

  /** The server wants this client elsewhere within these milliseconds. */
  drain(within: number, to: string): void {
    this.#moveTo = to;
    this.take({ kind: "drain", within });
  }

  /** A frame has come. Most change nothing else, so the machine is told with whatever happens next. */
  #hear(): void {
    this.#heard = true;
    this.#heardAt = this.#settings.clock.now();
    if (this.#state.phase === "ready" && this.#state.probe === Infinity) return;
    this.#catchUp();
    this.#alarm.set(nextDeadline(this.#state, this.#heardAt));
  }

  /** Tells the machine when the last frame came. */
  #catchUp(): void {
    if (!this.#heard) return;
    this.#heard = false;
    const around = { now: this.#heardAt, random: this.#settings.random, renewable: false, hidden: false };
    this.#state = transition(this.#state, { kind: "heard" }, around).state;
  }

  /** Lets the machine move. Listeners may call back into it, so only the latest state is shown. */
  take(input: ConnectionInput): void {
    this.#catchUp();
    const { clock, random, page, keep } = this.#settings;
    const now = clock.now();
    const hidden = !keep && page?.isHidden() === true;
    const { state, effects } = transition(this.#state, input, {
      now,
      random,
      renewable: this.#owner.renewable,
      hidden,
    });
    this.#state = state;
    this.#watch(state.phase);
    this.#alarm.set(nextDeadline(state, now));
    for (const effect of effects) this.#perform(effect);
    if (this.#state !== state) return;
    if (!this.#isMoving) this.#dropNext();
    this.#shown.set(connectionSnapshot(state, now));
  }

  get #isMoving(): boolean {
    return this.#state.phase === "ready" && this.#state.moving;
  }

  /** Listens to the page as long as there is something to lose by not doing so. */
  #watch(phase: ConnectionState["phase"]): void {
    if (phase === "idle" || phase === "closed") {
      this.#unwatch?.();
      this.#unwatch = null;
    } else {
      this.#unwatch ??=
        this.#settings.page?.watch((event) => {
          this.take({ kind: "page", event });
        }) ?? null;
    }
  }

  #perform(effect: ConnectionEffect): void {
    switch (effect.kind) {
      case "open":
        this.#prepare(() => this.#state.phase === "opening", this.#open);
        break;
      case "greet":
        this.send(this.#owner.greeting());
        this.#greeted = true;
        this.#owner.greeted();
        break;
      case "ready":
      case "probe":
      case "renew":
        this.#owner[effect.kind]();
        break;
      case "move":
        this.#prepare(() => this.#isMoving, this.#openNext);
        break;
      case "promote":
        this.#promote();
        break;
      case "moved":
        this.#move();
        break;
      case "abandon":
        this.#line?.close(effect.code);
        this.#lose();
        break;
      case "down":
        this.#lose();
        this.#owner.down(effect.fresh);
        break;
      case "over":
        this.#lose();
        this.#owner.over(effect.reason);
        break;
    }
  }

  #lose(): void {
    this.#line = null;
    this.#greeted = false;
    this.#attempt++;
    this.#dropNext();
    if (this.#late !== null) this.#settle(this.#late);
  }

  #dropNext(): void {
    if (this.#next === null) return;
    this.#next = hangUp(this.#next);
    this.#nextGreeted = false;
    this.#owner.lostNext();
  }

  /** Without a successor on its way yet, an ordinary attempt takes its place. */
  #promote(): void {
    const next = this.#next;
    this.#line = next;
    this.#next = null;
    this.#greeted = this.#nextGreeted;
    this.#nextGreeted = false;
    if (this.#late !== null) this.#settle(this.#late);
    this.#owner.promoted();
    if (next === null) this.#prepare(() => this.#state.phase === "opening", this.#open);
  }

  /** A socket is opened only when the greeting is at hand: servers don't wait long for it. */
  #prepare(isWanted: () => boolean, open: () => void): void {
    const attempt = ++this.#attempt;
    const isCurrent = (): boolean => this.#attempt === attempt && isWanted();
    const prepared = this.#owner.prepare();
    if (prepared === null) {
      open();
      return;
    }
    prepared.then(
      () => {
        if (isCurrent()) open();
      },
      (error: unknown) => {
        if (isCurrent()) this.#unprepared(error);
      },
    );
  }

  #unprepared(error: unknown): void {
    const final = error instanceof UnauthorizedError;
    if (this.#isMoving) this.take({ kind: "stranded" });
    else this.take({ kind: "failed", message: final ? error.message : "there is no token", final });
  }

  readonly #open = (): void => {
    const { url, socket } = this.#settings;
    this.#line = new Line({
      opened: () => {
        this.take({ kind: "opened" });
      },
      received: (text) => {
        this.#hear();
        this.#owner.received(text);
      },
      closed: (code, message) => {
        this.take({ kind: "lost", code, message });
      },
    });
    this.#line.open(socket, url);
  };

  readonly #openNext = (): void => {
    const { url, socket } = this.#settings;
    const line = new Line({
      opened: () => {
        if (line === this.#line) {
          this.take({ kind: "opened" });
        } else {
          line.send(this.#owner.greeting());
          this.#nextGreeted = true;
          this.#owner.openedNext(send);
        }
      },
      received: (text) => {
        if (line !== this.#line) {
          this.#owner.receivedNext(text, send);
        } else {
          this.#hear();
          this.#owner.received(text);
        }
      },
      closed: (code, message) => {
        if (line === this.#line) {
          this.take({ kind: "lost", code, message });
        } else {
          this.#dropNext();
          this.take({ kind: "stranded" });
        }
      },
    });
    const send = (text: string): void => {
      line.send(text);
    };
    this.#next = line;
    line.open(socket, this.#moveTo || url);
  };

  #move(): void {
    const late = this.#line;
    this.#line = this.#next;
    this.#next = null;
    this.#nextGreeted = false;
    if (late === null) return;
    this.#late = late;
    const settle = (): void => {
      this.#settle(late);
    };
    late.hand({
      opened: () => undefined,
      received: (text) => {
        if (this.#owner.receivedBeside(text)) settle();
      },
      closed: settle,
    });
    if (this.#owner.moved()) this.#settings.clock.after(LATE_MS, settle);
    else settle();
  }

  #settle(late: Line): void {
    if (this.#late !== late) return;
    this.#late = hangUp(late);
    this.#owner.settled();
  }
}

function hangUp(line: Line): null {
  line.close(CLOSE_NORMAL);
  return null;
}
