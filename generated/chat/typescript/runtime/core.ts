/** What stands behind a client: ties what it sends and hears, its channels and its tokens to one link. */
import { askedMs } from "./backoff.js";
import { findDeepIssues } from "./checks.js";
import { systemClock } from "./clock.js";
import { type ChannelDefinition, type ContractIdentity, fillAddress } from "./definition.js";
import { tell, throwLater } from "./emitter.js";
import { ClosedError, DisconnectedError, type ErrorAnswer, InvalidPayloadError, RequestError } from "./errors.js";
import {
  type DrainFields,
  type ServerFrame,
  type WelcomeFields,
  amountOf,
  isCount,
  readFrame,
  textOf,
} from "./frames.js";
import { takeFrame } from "./incoming.js";
import { type Link, type LinkOwner, makeLink } from "./link.js";
import { type LiveChannel, type Wire, makeLiveChannel } from "./live-channel.js";
import {
  type Occurrence,
  asked,
  end,
  forget,
  goOffline,
  goOnline,
  renewed as showedToken,
  transferred,
} from "./membership.js";
import type { Mover, MovingFeature, MovingHost } from "./moving-feature.js";
import type { ClientOptions, UnknownFrame } from "./options.js";
import { type Sending, type SendingHost, makeSending } from "./sending.js";
import { makeTaps } from "./taps.js";
import { makeTokens } from "./tokens.js";
import { connect, explained, renewed } from "./transitions.js";
import { isObject } from "./values.js";

export interface Core extends LinkOwner, Wire, SendingHost {
  readonly options: ClientOptions;
  readonly link: Link;
  readonly sending: Sending;
  /** How many frames were ignored because this client does not know them. */
  ignored: number;
  ended: ClosedError | null;
  connect(): void;
  /** What stands behind the channel of an address: the same for the same address. */
  channel(definition: ChannelDefinition, params: object): LiveChannel;
  /** How many addresses it knows. */
  known(): number;
  welcome(fields: WelcomeFields): void;
  ping(tick: number): void;
  pong(tick: number): void;
  drain(fields: DrainFields): void;
  /** An `$error` that answers nothing. */
  explained(answer: ErrorAnswer): void;
  readonly unknown: (frame: UnknownFrame) => void;
}

export function makeCore(identity: ContractIdentity, options: ClientOptions): Core {
  const { name: contract, version, hash, read: readAny = readFrame } = identity;
  const { clock = systemClock, random = Math.random, onListenerError = throwLater, validate = {} } = options;
  const { client = makeId(random), moving, token: option } = options;
  const channels = new Map<string, LiveChannel>();
  /** All of them, as long as somebody has their handles: there is one object for an address. */
  const known = new Map<string, WeakRef<LiveChannel>>();
  const forgotten = new FinalizationRegistry<string>((address) => {
    if (!known.get(address)?.deref()) known.delete(address);
  });
  const nextToken = makeTokens(option, clock);
  let token = typeof option === "string" ? option : undefined;
  let session = "";
  let mover: Mover | undefined;

  const taps = makeTaps(options.debug, clock, (tag) => {
    for (const channel of channels.values()) {
      const check = channel.checkOf(tag);
      if (check) return check;
    }
    return null;
  });

  const renewToken =
    nextToken &&
    (async (): Promise<void> => {
      token = await nextToken();
    });

  const tellChannels = (occurrence: Occurrence): void => {
    for (const channel of [...channels.values()]) channel.take(occurrence);
  };

  const read = (text: string): ServerFrame => {
    taps.see("in", text);
    return readAny(text);
  };

  const written = (...frame: readonly [tag: string, ...rest: unknown[]]): string => {
    const text = JSON.stringify(frame);
    taps.see("out", text);
    return text;
  };

  const take = (frame: ServerFrame, text: string): void => {
    takeFrame(core, frame, text);
  };

  const say: Core["say"] = (...frame) => link.send(written(...frame));

  /** Servers tell what is going away to those who look: whoever was generated before can't know it. */
  const capabilities = options.debug ? ["deprecations"] : [];
  const greeting = (): string =>
    written("$hello", { contract, version, hash, client, session: session || undefined, token, capabilities });

  const welcomed = ({ session: name, heartbeat, auth, lastRef }: WelcomeFields): void => {
    const { every, slack } = heartbeat;
    const ttl = amountOf(isObject(auth) && auth["ttl"], Infinity);
    session = textOf(name);
    link.take(link.rules.welcomed((every + slack / 2) * 1000, (every + slack) * 1000, ttl * 1000));
    sending.welcomed(isCount(lastRef) ? lastRef : null, joining());
  };

  /** Where messages may be sent, or are behind a join that has left. */
  const joining = (): string[] => [...channels.values()].filter((each) => each.isAsked()).map(({ address }) => address);

  const probe = (): void => {
    say("$ping", taps.tick());
  };

  /** Shows a newer token on the open connection. What still holds goes on if that fails, until it ends. */
  const renew = async (): Promise<void> => {
    let ttl: number | null = null;
    try {
      await renewToken?.();
      const answer = await sending.ask("$auth", [token]);
      ttl = amountOf(isObject(answer) && answer["ttl"], Infinity) * 1000;
    } catch {
      // The machine tries again while the present one lasts; the server then says what is wrong.
    }
    link.take(renewed(ttl));
    if (ttl !== null) tellChannels(showedToken);
  };

  const base: Omit<Core, "link" | "sending"> = {
    ...{ options, clock, random, onListenerError, channels, renewToken, greeting, probe, say },
    ended: null,
    ignored: 0,
    validates: validate.incoming ?? true,
    checks: validate.outgoing ?? true,

    /** What stands behind the dot is for the server only, which knows this client again by it. */
    name: () => session.split(".", 1)[0] ?? "",

    known: () => known.size,

    connect: () => {
      if (base.ended) {
        base.ended = null;
        for (const channel of [...channels.values()]) channel.revive();
      }
      link.take(connect);
    },

    channel: (definition, params) => {
      const given = Object.fromEntries<unknown>(Object.entries(params));
      const address = fillAddress(definition.address, given);
      const there = known.get(address)?.deref();
      if (there) return there;
      const issues = findDeepIssues(definition.parameters, given);
      const unusable = issues.length > 0 ? new InvalidPayloadError(`parameters of ${definition.name}`, issues) : null;
      const channel = makeLiveChannel(definition, address, core, unusable);
      known.set(address, new WeakRef(channel));
      forgotten.register(channel, address);
      return channel;
    },

    surroundings: () => ({
      ...{ now: clock.now(), random, online: link.isOpen, renewable: renewToken !== null, nextRef: sending.nextRef },
    }),

    wake: () => {
      if (link.state.phase === "idle") link.take(connect);
    },

    received: (text) => {
      const frame = read(text);
      if (mover?.holds(frame) !== true) take(frame, text);
    },

    send: (text) => {
      taps.see("out", text);
      return link.send(text);
    },

    greeted: () => {
      tellChannels(goOnline);
    },

    renew: () => {
      void renew();
    },

    forget: () => {
      tellChannels(forget);
    },

    down: () => {
      sending.putBack();
      tellChannels(goOffline);
    },

    over: (reason) => {
      const error = new ClosedError(
        reason ? `the server ended the conversation: ${reason.message}` : "the client was closed",
      );
      base.ended = error;
      sending.closed(error, reason === null);
      tellChannels(end(error));
    },

    welcome: (fields) => {
      if (link.state.phase === "opening") welcomed(fields);
    },

    ping: (tick) => {
      say("$pong", tick);
      if (taps.measures()) probe();
    },

    pong: taps.pong,

    /** What moves without a gap is loaded now; without it the connection ends when the server stops, and another is made. */
    drain: (fields) => {
      const { line } = link;
      const move = (feature: MovingFeature): void => {
        if (line !== link.line) return;
        const memberships = { asked, goOffline, goOnline, transferred };
        const host: MovingHost = {
          options,
          clock,
          link,
          channels,
          sending,
          greeting,
          read,
          written,
          take,
          welcomed,
          joining,
          memberships,
        };
        mover ??= feature(host);
        mover.drain(fields);
      };
      if (moving) move(moving);
      else
        import("./moving.js").then(
          ({ makeBeforeBreak }) => {
            move(makeBeforeBreak);
          },
          () => undefined,
        );
    },

    explained: (answer) => {
      // While the connection is being made, it says why it is about to end.
      const { message, code, retryAfter } = answer;
      if (link.state.phase === "opening") link.take(explained(`${message} (${code})`, askedMs(retryAfter)));
      else tell(onListenerError, options.onError, new RequestError(answer));
    },

    unknown: (frame) => {
      base.ignored++;
      tell(onListenerError, options.onUnknown, frame);
    },

    invalid: (tag, address, issues) => {
      tell(onListenerError, options.onInvalid, { tag, address, issues });
    },

    dropped: (error) => {
      // A notice is never anything else: nobody asks for its answer.
      if (error instanceof DisconnectedError) tell(onListenerError, options.onDropped, error);
    },
  };
  const link = makeLink(base);
  const sending = makeSending(base);
  const core: Core = Object.assign(base, { link, sending });
  return core;
}

function makeId(random: () => number): string {
  const part = (): string =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  return part() + part() + part() + part();
}
