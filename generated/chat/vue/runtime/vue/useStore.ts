import { computed, type ComputedRef, shallowRef, toValue } from "vue";

import type { Store } from "./core.js";
import { whileActive } from "./whileActive.js";

/** What a store of the client holds. `store` is a getter, so that the ref follows when it gives another one. */
export function useStore<T>(store: () => Store<T>): ComputedRef<T> {
  const version = shallowRef(0);
  const changed = (): void => {
    version.value += 1;
  };
  whileActive(() => store().subscribe(changed));
  return computed(() => {
    toValue(version);
    return store().getSnapshot();
  });
}
