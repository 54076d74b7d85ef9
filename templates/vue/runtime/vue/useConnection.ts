import type { ComputedRef } from "vue";

import type { ConnectionSnapshot, Store } from "./core.js";
import { useStore } from "./useStore.js";

const idle: ConnectionSnapshot = { status: "idle", stalled: false, attempt: 0, nextAttemptAt: null, reason: null };

/** How the connection of a client stands. Looking does not connect. */
export function useConnection(client: {
  readonly connection: Store<ConnectionSnapshot>;
}): ComputedRef<ConnectionSnapshot> {
  return useStore(() => client.connection, idle);
}
