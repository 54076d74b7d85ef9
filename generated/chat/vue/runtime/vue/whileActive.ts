import { onScopeDispose, watchEffect, type WatchEffectOptions } from "vue";

/**
 * Runs `start` now, and again when what it reads has changed; what it returned undoes it, at the latest when the
 * component or scope around it ends. Vue warns in development where there is none around it.
 */
export function whileActive(start: () => () => void, options?: WatchEffectOptions): void {
  onScopeDispose(
    watchEffect((onCleanup) => {
      onCleanup(start());
    }, options),
  );
}
