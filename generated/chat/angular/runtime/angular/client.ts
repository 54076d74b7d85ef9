import { inject, InjectionToken, type Provider } from "@angular/core";

import { outsideZone, whenDestroyed } from "./bindings.js";
import { Client, type ClientOptions, openWebSocket, systemClock } from "./core.js";

/** Under which an application, or a component for those below it, provides the client of one contract. */
export type ClientToken<C extends Client> = InjectionToken<C>;

/**
 * The client that is provided: one that you made and close, or the options of one that is made when somebody first
 * injects it, and closed with the injector. Options may come from a function that injects what it needs.
 */
export type ClientSource<C extends Client> = C | ClientOptions | (() => C | ClientOptions);

/** Makes the token of one contract; generated code does this once. */
export function createClientToken<C extends Client>(name: string): ClientToken<C> {
  return new InjectionToken<C>(name);
}

/** The provider that hands a client to all who inject; `create` makes one of options. */
export function provideClient<C extends Client>(
  token: ClientToken<C>,
  create: (options: ClientOptions) => C,
  source: ClientSource<C>,
): Provider {
  return {
    provide: token,
    useFactory: (): C => {
      const given = typeof source === "function" ? source() : source;
      return given instanceof Client ? given : ownClient(create, given);
    },
  };
}

/** The provided client. Angular says so by the token's name where there is none. */
export function injectClient<C extends Client>(token: ClientToken<C>): C {
  return inject(token);
}

/**
 * A client that lives as long as the injector. Its sockets and timers are made outside of the zone, whoever calls it:
 * heartbeats never end, and an application would never become stable.
 */
function ownClient<C extends Client>(create: (options: ClientOptions) => C, options: ClientOptions): C {
  const outside = outsideZone(provideClient);
  const { clock = systemClock, socket = openWebSocket } = options;
  const client = create({
    ...options,
    clock: {
      now: () => clock.now(),
      after: outside(clock.after.bind(clock)),
    },
    socket: outside(socket),
  });
  whenDestroyed(() => {
    client.close();
  });
  return client;
}
