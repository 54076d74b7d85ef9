import { isPlatformServer } from "@angular/common";
import { effect, inject, NgZone, PLATFORM_ID, untracked } from "@angular/core";

/**
 * Runs `start` with what `source` gives, and again when that is another; what it returned undoes it, at the latest
 * when the component or service around it is destroyed. Nothing starts on a server.
 *
 * What it starts holds sockets and timers, so it runs outside the zone where there is one: else an application would
 * never become stable. Signals tell Angular of changes all the same.
 */
export function whileAlive<T>(source: () => T, start: (value: T) => () => void): void {
  const zone = inject(NgZone);
  if (isPlatformServer(inject(PLATFORM_ID))) return;
  effect((onCleanup) => {
    const value = source();
    const stop = untracked(() => zone.runOutsideAngular(() => start(value)));
    onCleanup(stop);
  });
}
