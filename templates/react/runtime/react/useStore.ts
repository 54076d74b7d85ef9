import { useSyncExternalStore } from "react";

import type { Store } from "./core.js";

/**
 * What a store of the client holds, rendered again when that changes; `initial` where there is none.
 * On a server, and in the first render that takes over its markup, it is `initial`, too: nothing is connected there.
 * `initial` has to be the same object in each render.
 */
export function useStore<T>(store: Store<T> | null, initial: T): T {
  const { subscribe, getSnapshot } = store ?? { subscribe: toNothing, getSnapshot: () => initial };
  return useSyncExternalStore(subscribe, getSnapshot, () => initial);
}

function toNothing(): () => void {
  return () => undefined;
}
