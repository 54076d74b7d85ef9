/** What ties a component or service to stores, listeners and channels: for as long as it lives, outside of the zone. */
import { isPlatformServer } from "@angular/common";
import {
  assertInInjectionContext,
  computed,
  DestroyRef,
  effect,
  inject,
  NgZone,
  PLATFORM_ID,
  type Signal,
  signal,
  untracked,
} from "@angular/core";

import { DisconnectedError, type Store } from "./core.js";

/** The function that an application called: errors say its name. */
type Called = Parameters<typeof assertInInjectionContext>[0];

/**
 * Runs `start` with what `source` gives, and again when that is another; what it returned undoes it, at the latest
 * when the component or service around it is destroyed. `null` starts nothing, and on a server nothing does.
 *
 * What it starts holds sockets and timers, so it runs outside the zone where there is one: else an application would
 * never become stable. Signals tell Angular of changes all the same.
 */
export function whileAlive<T extends object>(source: () => T | null, start: (value: T) => () => void): void {
  const begin = outsideZone(whileAlive)(start);
  if (isPlatformServer(inject(PLATFORM_ID))) return;
  effect((onCleanup) => {
    const value = source();
    if (value === null) return;
    onCleanup(untracked(() => begin(value)));
  });
}

/** `whileAlive` for a listener: it runs inside the zone where there is one, so that whatever it writes is shown. */
export function whileListening<T extends object, Args extends unknown[]>(
  called: Called,
  source: () => T | null,
  handler: (...args: Args) => void,
  listen: (value: T, listener: (...args: Args) => void) => () => void,
): void {
  assertInInjectionContext(called);
  const zone = inject(NgZone);
  whileAlive(source, (value) =>
    listen(value, (...args) => {
      zone.run(handler, undefined, args);
    }),
  );
}

/** Makes functions that run outside the zone, where there is one. */
export function outsideZone(
  called: Called,
): <Args extends unknown[], T>(act: (...args: Args) => T) => (...args: Args) => T {
  assertInInjectionContext(called);
  const zone = inject(NgZone);
  return (act) =>
    (...args) =>
      zone.runOutsideAngular(() => act(...args));
}

/** At the end of the component or service around it. */
export function whenDestroyed(act: () => void): void {
  inject(DestroyRef).onDestroy(act);
}

/** The channel of this moment. Throws where there is none that `what` could be sent to. */
export function channelNow<C>(room: { readonly channel: () => C | null }, what: string): C {
  const channel = untracked(room.channel);
  if (channel === null) throw new DisconnectedError(what, false, "there is no channel");
  return channel;
}

/** What a store of the client holds. `source` may read signals: the result follows when it gives another store. */
export function injectStore<T>(source: () => Store<T>): Signal<T>;
/** Where `source` gives no store, the result is `none`. */
export function injectStore<T>(source: () => Store<T> | null, none: T): Signal<T>;
export function injectStore<T>(source: () => Store<T> | null, none?: T): Signal<T | undefined> {
  return signalOf(injectStore, source, none);
}

function signalOf<T, None>(called: Called, source: () => Store<T> | null, none: None): Signal<T | None> {
  assertInInjectionContext(called);
  const store = computed(source);
  const version = signal({});
  const changed = (): void => {
    version.set({});
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
export function injectFields<T extends object>(called: Called, source: () => Store<T> | null, none: T): Fields<T> {
  return fieldsOf(signalOf(called, source, none), none);
}

/** A signal for each field of what `whole` holds; `sample` has the same fields. */
export function fieldsOf<T extends object>(whole: () => T, sample: T): Fields<T> {
  const fields: Partial<Record<keyof T, Signal<unknown>>> = {};
  for (const name in sample) fields[name] = fieldOf(whole, name);
  // Each name of `T` has been given the signal of its field.
  return fields as Fields<T>;
}

/** One field of what a signal holds. */
export function fieldOf<T, Name extends keyof T>(whole: () => T, name: Name): Signal<T[Name]> {
  return computed(() => whole()[name]);
}
