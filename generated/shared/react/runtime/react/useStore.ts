import { useSyncExternalStore } from "react";

import type { Store } from "./core.js";

/**
 * What a store of the client holds, rendered again when that changes.
 * On a server, and in the first render that takes over its markup, it is `initial`: nothing is connected there.
 */
export function useStore<T>(store: Store<T>, initial: T): T {
  return useSyncExternalStore(store.subscribe, store.getSnapshot, () => initial);
}
