import { assertInInjectionContext, inject, InjectionToken, type Provider } from "@angular/core";

/** Under which an application, or a component for those below it, provides the client of one contract. */
export type ClientToken<Client> = InjectionToken<Client>;

/** Makes the token of one contract; generated code does this once. */
export function createClientToken<Client>(name: string): ClientToken<Client> {
  return new InjectionToken<Client>(name);
}

/** The provider that hands `client` to all who inject. */
export function provideClient<Client>(token: ClientToken<Client>, client: Client): Provider {
  return { provide: token, useValue: client };
}

/** The provided client. Angular says so by the token's name where there is none. */
export function injectClient<Client>(token: ClientToken<Client>): Client {
  assertInInjectionContext(injectClient);
  return inject(token);
}
