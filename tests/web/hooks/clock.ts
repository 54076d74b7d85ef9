import type { Clock } from "../../../templates/typescript/runtime/index.js";

interface Timer {
  readonly at: number;
  readonly ring: () => void;
}

/** Time that stands still until it is turned. */
export class ManualClock implements Clock {
  #now = 0;
  #timers: readonly Timer[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, ring: () => void): () => void {
    const timer = { at: this.#now + milliseconds, ring };
    this.#timers = [...this.#timers, timer];
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Lets time pass, ringing what falls due in order. */
  turn(milliseconds: number): void {
    const until = this.#now + milliseconds;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= until).sort((left, right) => left.at - right.at);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#now = next.at;
      next.ring();
    }
    this.#now = until;
  }
}
