/** Who listens to one kind of thing. */

/** Told about what a listener threw; the other listeners are called all the same. */
export type ListenerFailure = (error: unknown) => void;

interface Entry<Args extends readonly unknown[]> {
  readonly listener: (...args: Args) => void;
  active: boolean;
}

/**
 * Calls listeners in the order in which they came. One that throws doesn't stop the others; one that is removed
 * during a delivery isn't called any more; one that is added during a delivery is called from the next one on.
 */
export class Emitter<Args extends readonly unknown[]> {
  #entries: readonly Entry<Args>[] = [];
  readonly #onFailure: ListenerFailure;

  constructor(onFailure: ListenerFailure = throwLater) {
    this.#onFailure = onFailure;
  }

  add(listener: (...args: Args) => void): () => void {
    const entry: Entry<Args> = { listener, active: true };
    this.#entries = [...this.#entries, entry];
    return () => {
      if (!entry.active) return;
      entry.active = false;
      this.#entries = this.#entries.filter((each) => each !== entry);
    };
  }

  emit(...args: Args): void {
    for (const entry of this.#entries) {
      if (!entry.active) continue;
      try {
        entry.listener(...args);
      } catch (error) {
        this.#onFailure(error);
      }
    }
  }

  get size(): number {
    return this.#entries.length;
  }
}

/** The default for what nobody catches: it surfaces as an uncaught error, after the delivery is done. */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** Calls one of the user's own functions, if there is one; what it throws must not stop the client. */
export function tell<T>(listener: ((value: T) => void) | undefined, value: T, onFailure: ListenerFailure): void {
  try {
    listener?.(value);
  } catch (error) {
    onFailure(error);
  }
}
