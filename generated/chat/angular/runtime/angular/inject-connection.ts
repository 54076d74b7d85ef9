import { type Signal } from "@angular/core";

import type { ConnectionSnapshot, Store } from "./core.js";
import { injectStore } from "./inject-store.js";

/** How the connection of a client stands. Looking does not connect. */
export function injectConnection(client: {
  readonly connection: Store<ConnectionSnapshot>;
}): Signal<ConnectionSnapshot> {
  return injectStore(() => client.connection);
}
