import { assertInInjectionContext, computed, type Signal, signal } from "@angular/core";

import type { Store } from "./core.js";
import { whileAlive } from "./while-alive.js";

/** What a store of the client holds. `source` may read signals: the result follows when it gives another store. */
export function injectStore<T>(source: () => Store<T>): Signal<T>;
/** Where `source` gives no store, the result is `none`. */
export function injectStore<T>(source: () => Store<T> | null, none: T): Signal<T>;
export function injectStore<T>(source: () => Store<T> | null, none?: T): Signal<T | undefined> {
  assertInInjectionContext(injectStore);
  const store = computed(source);
  const version = signal(0);
  const changed = (): void => {
    version.update((before) => before + 1);
  };
  whileAlive(store, ({ subscribe }) => {
    const stop = subscribe(changed);
    // Effects run later than the first read, and what happened in between was not heard.
    changed();
    return stop;
  });
  return computed(() => {
    version();
    const current = store();
    return current === null ? none : current.getSnapshot();
  });
}

/** What a store holds, with a signal for each field. */
export type Fields<T extends object> = { readonly [K in keyof T]: Signal<T[K]> };

/** `injectStore`, field by field: a computation that reads one is not run again for the others. */
export function injectFields<T extends object>(source: () => Store<T> | null, none: T): Fields<T> {
  return fieldsOf(injectStore(source, none), none);
}

/** A signal for each field of what `whole` holds; `sample` has the same fields. */
export function fieldsOf<T extends object>(whole: Signal<T>, sample: T): Fields<T> {
  const names = Object.keys(sample) as (keyof T)[];
  const fields = names.map((name) => [name, computed(() => whole()[name])] as const);
  // Each name of `T` has been given the signal of its field.
  return Object.fromEntries(fields) as unknown as Fields<T>;
}
