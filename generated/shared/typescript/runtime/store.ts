/** The one shape in which state is shown to frameworks. */
import { makeEmitter, throwLater, type ListenerFailure } from "./emitter.js";

/** Something that has a value now and says when it has another. */
export interface Store<T> {
  /** Calls `listener` after each change, until the returned function is called. */
  readonly subscribe: (listener: () => void) => () => void;
  /** The value now: the same object as before while nothing changed. */
  readonly getSnapshot: () => T;
}

/** A store whose owner may set it. Its functions need no `this`, so they can be handed to a framework as they are. */
export interface Cell<T extends object> extends Store<T> {
  /** Takes the value if it differs in any field from the one before. */
  readonly set: (value: T) => void;
}

export function makeCell<T extends object>(value: T, onFailure: ListenerFailure = throwLater): Cell<T> {
  const changed = makeEmitter<[]>(onFailure);
  return {
    subscribe: changed.add,
    getSnapshot: () => value,
    set: (next) => {
      const names = Object.keys(next) as (keyof T)[];
      if (names.every((name) => Object.is(value[name], next[name]))) return;
      value = next;
      changed.emit();
    },
  };
}
