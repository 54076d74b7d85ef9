/** Events that wait while what they build upon is being loaded. */
import type { ListenerFailure } from "./emitter.js";
import type { Position } from "./membership.js";

export type Load = (position: Position | null) => Promise<void>;

export class Loading {
  readonly #loads = new Set<Load>();
  readonly #onFailure: ListenerFailure;
  #running = 0;
  #round = 0;
  #held: (() => void)[] = [];

  constructor(onFailure: ListenerFailure) {
    this.#onFailure = onFailure;
  }

  /** Takes part until the returned function is called. */
  add(load: Load): () => void {
    this.#loads.add(load);
    return () => {
      this.#loads.delete(load);
    };
  }

  /** Everybody loads afresh. What waited until now is part of what they will find. */
  begin(position: Position | null): void {
    this.#round++;
    this.#running = 0;
    this.#held = [];
    for (const load of [...this.#loads]) this.run(load, position);
  }

  /** One loads; events wait for it. */
  run(load: Load, position: Position | null): void {
    const round = this.#round;
    this.#running++;
    const settle = (): void => {
      if (round !== this.#round) return;
      this.#running--;
      if (this.#running === 0) this.#release();
    };
    // A `load` that throws at once is no different from one that rejects.
    Promise.resolve()
      .then(() => load(position))
      .catch(this.#onFailure)
      .finally(settle);
  }

  get isRunning(): boolean {
    return this.#running > 0;
  }

  /** Delivers now, or when everything is loaded. */
  after(deliver: () => void): void {
    if (this.isRunning) this.#held.push(deliver);
    else deliver();
  }

  #release(): void {
    const held = this.#held;
    this.#held = [];
    for (const deliver of held) deliver();
  }
}
