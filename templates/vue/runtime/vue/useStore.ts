import { computed, type ComputedRef, onMounted, shallowRef, toValue } from "vue";

import type { Store } from "./core.js";
import { isHydrating, whileMounted } from "./whileMounted.js";

/**
 * What a store of the client holds; `initial` where there is none. `store` is a getter, so that the ref follows when it
 * gives another one. While a server's markup is taken over it is `initial`, too: nothing is connected on a server.
 */
export function useStore<T>(store: () => Store<T> | null, initial: T): ComputedRef<T> {
  // Counted beside the ref: who reads a ref to write it depends on it, and would run again.
  let count = 0;
  const version = shallowRef(count);
  const changed = (): void => {
    version.value = ++count;
  };
  let isFirst = isHydrating();
  if (isFirst) {
    onMounted(() => {
      isFirst = false;
      changed();
    });
  }
  const current = computed(store);
  whileMounted(() => {
    const end = current.value?.subscribe(changed);
    // What happened between the first rendering and this.
    changed();
    return end;
  });
  return computed(() => {
    toValue(version);
    const shown = current.value;
    return isFirst || shown === null ? initial : shown.getSnapshot();
  });
}
