import { isPlatformServer } from "@angular/common";
import { effect, inject, NgZone, PLATFORM_ID, untracked } from "@angular/core";

/**
 * Runs `start` with what `source` gives, and again when that is another; what it returned undoes it, at the latest
 * when the component or service around it is destroyed. `null` starts nothing, and on a server nothing does.
 *
 * What it starts holds sockets and timers, so it runs outside the zone where there is one: else an application would
 * never become stable. Signals tell Angular of changes all the same.
 */
export function whileAlive<T extends object>(source: () => T | null, start: (value: T) => () => void): void {
  const zone = inject(NgZone);
  if (isPlatformServer(inject(PLATFORM_ID))) return;
  effect((onCleanup) => {
    const value = source();
    if (value === null) return;
    const stop = untracked(() => zone.runOutsideAngular(() => start(value)));
    onCleanup(stop);
  });
}

/** A listener that runs inside the zone where there is one, so that whatever it writes is shown. */
export function insideZone<Args extends readonly unknown[]>(
  listener: (...args: Args) => void,
): (...args: Args) => void {
  const zone = inject(NgZone);
  return (...args) => {
    zone.run(() => {
      listener(...args);
    });
  };
}
