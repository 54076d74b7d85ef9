/** Who listens to one kind of thing. */

/** Told about what a listener threw; the other listeners are called all the same. */
export type ListenerFailure = (error: unknown) => void;

/** Tells listeners, in the order in which they came. */
export interface Emitter<Args extends readonly unknown[]> {
  /** Until the returned function is called. */
  readonly add: (listener: (...args: Args) => void) => () => void;
  readonly emit: (...args: Args) => void;
}

/**
 * A listener that throws doesn't stop the others; one that is removed during a delivery isn't called any more; one that
 * is added during a delivery is called from the next one on.
 */
export function makeEmitter<Args extends readonly unknown[]>(onFailure: ListenerFailure): Emitter<Args> {
  let entries: readonly { listener?: ((...args: Args) => void) | undefined }[] = [];
  return {
    add: (listener) => {
      const entry: { listener?: typeof listener | undefined } = { listener };
      entries = [...entries, entry];
      return () => {
        entry.listener = undefined;
        entries = entries.filter((each) => each !== entry);
      };
    },
    emit: (...args) => {
      for (const { listener } of entries) tell(onFailure, listener, ...args);
    },
  };
}

/** The default for what nobody catches: it surfaces as an uncaught error, after the delivery is done. */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** Calls one of the user's own functions, if there is one; what it throws must not stop the client. */
export function tell<Args extends readonly unknown[]>(
  onFailure: ListenerFailure,
  listener: ((...args: Args) => void) | undefined,
  ...args: Args
): void {
  try {
    listener?.(...args);
  } catch (error) {
    onFailure(error);
  }
}
