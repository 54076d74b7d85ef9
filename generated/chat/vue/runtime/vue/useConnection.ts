import type { ComputedRef } from "vue";

import type { ConnectionSnapshot, Store } from "./core.js";
import { useStore } from "./useStore.js";

/** How the connection of a client stands. Looking does not connect. */
export function useConnection(client: {
  readonly connection: Store<ConnectionSnapshot>;
}): ComputedRef<ConnectionSnapshot> {
  return useStore(() => client.connection);
}
