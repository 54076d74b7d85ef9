import { getCurrentInstance, getCurrentScope, onMounted, onScopeDispose, watchEffect } from "vue";

/**
 * Runs `start` when the component is mounted, and again when what it reads has changed; what it returned undoes it, at
 * the latest when the component or scope around it ends. A server mounts nothing, so nothing is started there: effects
 * alone would be, by Vue before 3.5.13. In a scope without a component it starts at once.
 */
export function whileMounted(start: () => (() => void) | undefined): void {
  let stop: (() => void) | null = null;
  let isOver = false;
  const begin = (): void => {
    if (isOver) return;
    stop = watchEffect(
      (onCleanup) => {
        const end = start();
        if (end !== undefined) onCleanup(end);
      },
      { flush: "post" },
    );
  };
  // Vue warns where there is neither a component nor a scope: nobody would ever undo it.
  if (getCurrentInstance() === null && getCurrentScope() !== undefined) begin();
  else onMounted(begin);
  onScopeDispose(() => {
    isOver = true;
    stop?.();
  });
}

/**
 * Whether what is set up takes over markup that a server made. Vue has put the element there before it calls `setup`;
 * what is shown until the component is mounted has to be what the server showed.
 */
export function isHydrating(): boolean {
  return (getCurrentInstance()?.vnode.el ?? null) !== null;
}
