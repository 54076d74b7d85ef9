/** The one shape in which state is shown to frameworks. */
import { Emitter, type ListenerFailure } from "./emitter.js";

/** Something that has a value now and says when it has another. */
export interface Store<T> {
  /** Calls `listener` after each change, until the returned function is called. */
  readonly subscribe: (listener: () => void) => () => void;
  /** The value now: the same object as before while nothing changed. */
  readonly getSnapshot: () => T;
}

/** A store whose owner may set it. Its functions need no `this`, so they can be handed to a framework as they are. */
export class Cell<T extends object> implements Store<T> {
  #value: T;
  readonly #changed: Emitter<[]>;

  constructor(value: T, onFailure?: ListenerFailure) {
    this.#value = value;
    this.#changed = new Emitter(onFailure);
  }

  readonly subscribe = (listener: () => void): (() => void) => this.#changed.add(listener);

  readonly getSnapshot = (): T => this.#value;

  /** Takes the value if it differs in any field from the one before. */
  set(value: T): void {
    if (isSame(this.#value, value)) return;
    this.#value = value;
    this.#changed.emit();
  }
}

function isSame<T extends object>(left: T, right: T): boolean {
  const names = Object.keys(right) as (keyof T)[];
  return names.every((name) => Object.is(left[name], right[name]));
}
