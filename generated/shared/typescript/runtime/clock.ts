/** Time, handed in so that tests can turn it. */

/** What the client needs of time. */
export interface Clock {
  /** Milliseconds of a clock that goes on while the machine sleeps. */
  now(): number;
  /** Calls `callback` once, after `milliseconds`; the returned function calls it off. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The platform's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** One alarm that can be put forward and back. Putting it back costs nothing until the old time comes. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #deadline: number | null = null;
  #armed: { readonly at: number; readonly cancel: () => void } | null = null;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings at `deadline` (a time of the clock), or never with `null`. */
  set(deadline: number | null): void {
    this.#deadline = deadline;
    if (deadline === null) {
      this.#armed?.cancel();
      this.#armed = null;
    } else if (this.#armed === null || deadline < this.#armed.at) {
      this.#armed?.cancel();
      this.#arm(deadline);
    }
  }

  #arm(at: number): void {
    const cancel = this.#clock.after(Math.max(0, at - this.#clock.now()), () => {
      this.#armed = null;
      this.#wake();
    });
    this.#armed = { at, cancel };
  }

  #wake(): void {
    if (this.#deadline === null) return;
    if (this.#clock.now() < this.#deadline) {
      this.#arm(this.#deadline);
    } else {
      this.#deadline = null;
      this.#ring();
    }
  }
}
