import { type Signal } from "@angular/core";

import { injectStore } from "./bindings.js";
import type { ConnectionSnapshot, Store } from "./core.js";

/** How the connection of a client stands. Looking does not connect. */
export function injectConnection(client: {
  readonly connection: Store<ConnectionSnapshot>;
}): Signal<ConnectionSnapshot> {
  return injectStore(() => client.connection);
}
