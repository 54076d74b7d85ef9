/** Drives the connection machine: owns the socket and the alarm, and does what the machine's effects say. */
import { browserPage } from "./browser-page.js";
import { type Clock, makeAlarm } from "./clock.js";
import { CLOSE_NORMAL, SILENT } from "./codes.js";
import {
  type CloseReason,
  type ConnectionEffect,
  type ConnectionSnapshot,
  type ConnectionState,
  IDLE,
  connectionSnapshot,
  nextDeadline,
} from "./connection.js";
import type { ListenerFailure } from "./emitter.js";
import { UnauthorizedError } from "./errors.js";
import { type Line, makeLine } from "./line.js";
import type { ClientOptions } from "./options.js";
import { type Cell, makeCell } from "./store.js";
import { type Happening, RULES, type Rules, failed, heard, hinted, opened } from "./transitions.js";
import type { SocketEvents } from "./transport.js";
import { openWebSocket } from "./websocket.js";

/** Whom a link works for. */
export interface LinkOwner {
  readonly options: Pick<ClientOptions, "url" | "socket" | "page" | "background">;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onListenerError: ListenerFailure;
  /** Gets another token for the greeting; `null` where there is nobody to ask. Called before each connection is opened. */
  readonly renewToken: (() => Promise<void>) | null;
  /** The first frame of every connection. */
  readonly greeting: () => string;
  readonly received: (text: string) => void;
  /** The greeting has left. */
  readonly greeted: () => void;
  /** A sign of life is wanted, or a newer token on the open connection. */
  readonly probe: () => void;
  readonly renew: () => void;
  /** Positions are worth nothing any more. */
  readonly forget: () => void;
  /** The connection is gone; there will be another, or none. */
  readonly down: () => void;
  readonly over: (reason: CloseReason | null) => void;
}

export interface Link {
  /** The connection, and whether what is sent on it comes behind a greeting. */
  line: Line | null;
  isOpen: boolean;
  state: ConnectionState;
  /** Those of the link alone, until moving adds its own. */
  rules: Rules;
  /** What the effects lead to; those of moving are there once it is. */
  readonly drive: Partial<Record<ConnectionEffect, (state: ConnectionState) => void>>;
  /** Called when the connection is gone. */
  onLost: () => void;
  readonly shown: Cell<ConnectionSnapshot>;
  /** What the line tells. */
  readonly events: SocketEvents;
  /** Sends if there is a connection; says whether there was. */
  readonly send: (text: string) => boolean;
  /** Lets the machine move. */
  readonly take: (happening: Happening) => void;
  /** Calls `open` once the greeting is at hand: servers don't wait long for it. Only the latest call counts. */
  readonly prepare: (isWanted: () => boolean, open: () => void, fail: (error: unknown) => void) => void;
  /** A socket that is being opened, and whom it tells; `keep` gets it before anything can happen. */
  readonly connect: (url: string, events: SocketEvents, keep: (line: Line) => void) => void;
  /** Makes the connection. */
  readonly open: () => void;
}

export function makeLink(owner: LinkOwner): Link {
  const { options, clock, random, onListenerError, renewToken } = owner;
  const { url, socket = openWebSocket, page = browserPage, background } = options;
  let attempt = 0;
  /** When a frame has come that the machine was not told of. */
  let heardAt: number | null = null;
  let unwatch: (() => void) | undefined;

  const lose = (): void => {
    link.line = null;
    link.isOpen = false;
    attempt++;
    link.onLost();
  };

  const link: Link = {
    line: null,
    isOpen: false,
    state: IDLE,
    rules: RULES,
    onLost: () => undefined,
    shown: makeCell(connectionSnapshot(IDLE, 0), onListenerError),

    drive: {
      open: () => {
        link.open();
      },
      greet: () => {
        link.send(owner.greeting());
        link.isOpen = true;
        owner.greeted();
      },
      probe: owner.probe,
      renew: owner.renew,
      abandon: ({ phase }) => {
        link.line?.close(phase === "closed" ? CLOSE_NORMAL : SILENT);
        lose();
      },
      forget: owner.forget,
      down: () => {
        lose();
        owner.down();
      },
      over: (state) => {
        lose();
        owner.over("reason" in state ? state.reason : null);
      },
    },

    events: {
      opened: () => {
        link.take(opened);
      },
      received: (text) => {
        // Most frames change nothing else, so the machine is told of them with whatever happens next.
        heardAt = clock.now();
        if (link.state.phase === "ready" && link.state.probe < Infinity) link.take(heard);
        owner.received(text);
      },
      closed: (code, message) => {
        link.take(link.rules.lost(code, message));
      },
    },

    send: (text) => {
      link.line?.send(text);
      return link.line !== null;
    },

    take: (happening) => {
      const now = clock.now();
      const hidden = background !== "keep" && page?.isHidden() === true;
      const around = { now, random, renewable: renewToken !== null, hidden };
      if (heardAt !== null) [link.state] = heard(link.state, { ...around, now: heardAt });
      heardAt = null;
      const [state, ...effects] = happening(link.state, around);
      link.state = state;
      // The page matters as long as there is something to lose by not listening to it.
      if (state.phase === "idle" || state.phase === "closed") {
        unwatch?.();
        unwatch = undefined;
      } else {
        unwatch ??= page?.watch((event) => {
          link.take(hinted(event));
        });
      }
      alarm(nextDeadline(state, now));
      for (const effect of effects) link.drive[effect]?.(state);
      // Listeners may have called back into this, so only the latest state is shown.
      if (link.state === state) link.shown.set(connectionSnapshot(state, now));
    },

    prepare: (isWanted, open, fail) => {
      const mine = ++attempt;
      const ifWanted =
        <Args extends unknown[]>(act: (...args: Args) => void) =>
        (...args: Args): void => {
          if (attempt === mine && isWanted()) act(...args);
        };
      if (renewToken) renewToken().then(ifWanted(open), ifWanted(fail));
      else open();
    },

    connect: (to, events, keep) => {
      const line = makeLine(events);
      keep(line);
      line.open(socket, to);
    },

    open: () => {
      link.prepare(
        () => link.state.phase === "opening",
        () => {
          link.connect(url, link.events, (line) => {
            link.line = line;
          });
        },
        (error) => {
          const final = error instanceof UnauthorizedError;
          link.take(failed(final ? error.message : "there is no token", final));
        },
      );
    },
  };
  const alarm = makeAlarm(clock, () => {
    link.take(link.rules.tick);
  });
  return link;
}
