/** Work in slices: a burst of messages must not keep a page from painting and from hearing its user. */

/** How long the work of one slice may take, in milliseconds: below the 16 ms of a frame, and far below noticeable 50. */
const SLICE_MS = 12;

/**
 * Does things in order, at once while there is time, else a slice later. Browsers hand over all messages that wait in
 * one go, so this side has to stop by itself; in between the page has its turn, and frameworks render once a slice.
 */
export class Slices {
  #began = 0;
  #ended = -Infinity;
  #waiting: (() => void)[] = [];

  /** Does it now, or when all that came before is done. */
  run(act: () => void): void {
    if (this.#waiting.length > 0 || this.#isOver()) {
      if (this.#waiting.push(act) === 1) soon(this.#goOn);
      return;
    }
    act();
    this.#ended = performance.now();
  }

  /** Nothing of what waits is done any more. */
  clear(): void {
    this.#waiting = [];
  }

  /** Whether this slice has had its time. A pause as long as a slice was one in which the page had its turn. */
  #isOver(): boolean {
    const now = performance.now();
    if (now - this.#ended >= SLICE_MS) this.#began = now;
    return now - this.#began >= SLICE_MS;
  }

  readonly #goOn = (): void => {
    this.#began = performance.now();
    const doing = this.#waiting;
    let done = 0;
    try {
      while (done < doing.length && this.#waiting === doing && performance.now() - this.#began < SLICE_MS) {
        doing[done++]?.();
      }
    } finally {
      this.#ended = performance.now();
      doing.splice(0, done);
      if (this.#waiting === doing && doing.length > 0) soon(this.#goOn);
    }
  };
}

/** After the page's turn. Timers would do, but browsers delay them in the background, and when they follow each other. */
function soon(act: () => void): void {
  if (typeof MessageChannel === "undefined") {
    setTimeout(act, 0);
    return;
  }
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    act();
  };
  port2.postMessage(null);
}
