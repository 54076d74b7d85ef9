/** For stores that work only while somebody looks. */
import type { Store } from "./store.js";

/** A store's `subscribe` that calls `start` with the first subscriber, and what that returned after the last. */
export function whileSubscribed(
  store: Pick<Store<unknown>, "subscribe">,
  start: () => () => void,
): Store<unknown>["subscribe"] {
  let subscribers = 0;
  let stop: () => void = () => undefined;
  return (listener) => {
    const off = store.subscribe(listener);
    if (++subscribers === 1) stop = start();
    let active = true;
    return () => {
      if (!active) return;
      active = false;
      off();
      if (--subscribers === 0) stop();
    };
  };
}
