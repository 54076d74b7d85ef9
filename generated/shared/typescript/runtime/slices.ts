/** Work in slices: a burst of messages must not keep a page from painting and from hearing its user. */

/** How long the work of one slice may take, in milliseconds: below the 16 ms of a frame, and far below noticeable 50. */
const SLICE_MS = 12;

/**
 * Does things in order, at once while there is time, else a slice later. Browsers hand over all messages that wait in
 * one go, so this side has to stop by itself; in between the page has its turn, and frameworks render once a slice.
 */
export class Slices {
  /** When this slice began; `null` while there is none: the page has had its turn. */
  #began: number | null = null;
  #waiting: (() => void)[] = [];

  /** Does it now, or when all that came before is done. */
  run(act: () => void): void {
    const now = performance.now();
    if (this.#began === null) {
      this.#began = now;
      soon(this.#goOn);
    }
    if (this.#waiting.length > 0 || now - this.#began >= SLICE_MS) this.#waiting.push(act);
    else act();
  }

  /** Nothing of what waits is done any more. */
  clear(): void {
    this.#waiting = [];
  }

  readonly #goOn = (): void => {
    if (this.#waiting.length === 0) {
      this.#began = null;
      return;
    }
    soon(this.#goOn);
    const began = (this.#began = performance.now());
    const doing = this.#waiting;
    let done = 0;
    try {
      while (done < doing.length && this.#waiting === doing && performance.now() - began < SLICE_MS) doing[done++]?.();
    } finally {
      doing.splice(0, done);
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
