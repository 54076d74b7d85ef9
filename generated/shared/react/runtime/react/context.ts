import { type Context, createContext, createElement, type ReactElement, type ReactNode, useContext } from "react";

/** Where components find their client: one a contract, so that clients of two contracts live side by side. */
export type ClientContext<Client> = Context<Client | null>;

/** Makes the context of one contract; generated code does this once. `name` is shown by React's developer tools. */
export function createClientContext<Client>(name: string): ClientContext<Client> {
  const context = createContext<Client | null>(null);
  context.displayName = name;
  return context;
}

export interface ProviderProps<Client> {
  /** Made once, outside of components: it lives as long as the page does, or until its maker closes it. */
  readonly client: Client;
  readonly children?: ReactNode;
}

/** The element that hands a client to its children. */
export function provideClient<Client>(context: ClientContext<Client>, props: ProviderProps<Client>): ReactElement {
  return createElement(context.Provider, { value: props.client }, props.children);
}

/** The client of the nearest provider. Throws where there is none: a hook without its client can only be a mistake. */
export function useClient<Client>(context: ClientContext<Client>): Client {
  const client = useContext(context);
  if (client === null) {
    throw new Error(`No client here: put this component inside <${context.displayName ?? "Provider"} client={…}>.`);
  }
  return client;
}
