import { inject, type InjectionKey, type Plugin } from "vue";

/** Under which an application provides the client of one contract; described by the function that makes the plugin. */
export type ClientKey<Client> = InjectionKey<Client>;

/** The plugin that gives `client` to all components of an application. */
export function clientPlugin<Client>(key: ClientKey<Client>, client: Client): Plugin {
  return {
    install(app) {
      app.provide(key, client);
    },
  };
}

/** The client the application was given. Throws where there is none: a composable without its client is a mistake. */
export function useClient<Client>(key: ClientKey<Client>): Client {
  const client = inject(key, null);
  if (client === null) {
    throw new Error(`No client here: app.use(${String(key.description)}(client)), and call this in setup().`);
  }
  return client;
}
