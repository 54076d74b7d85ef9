/** Work in slices: a burst of messages must not keep a page from painting and from hearing its user. */

/** How long the work of one slice may take, in milliseconds: below the 16 ms of a frame, and far below noticeable 50. */
const SLICE_MS = 12;

/** Work that stops by itself when its slice is over. */
export interface Slices {
  /** Does it now, or when all that came before is done. */
  readonly run: (act: () => void) => void;
  /** Nothing of what waits is done any more. */
  readonly clear: () => void;
}

/**
 * Does things in order, at once while there is time, else a slice later. Browsers hand over all messages that wait in
 * one go, so this side has to stop by itself; in between the page has its turn, and frameworks render once a slice.
 */
export function makeSlices(): Slices {
  let waiting: (() => void)[] = [];
  /** When this slice ends; `null` while there is none: the page has had its turn. */
  let end: number | null = null;
  const begin = (): void => {
    end = performance.now() + SLICE_MS;
    soon(goOn);
  };
  const goOn = (): void => {
    if (waiting.length === 0) {
      end = null;
      return;
    }
    begin();
    const doing = waiting;
    let done = 0;
    try {
      while (done < doing.length && waiting === doing && performance.now() < (end ?? 0)) doing[done++]?.();
    } finally {
      doing.splice(0, done);
    }
  };
  return {
    run: (act) => {
      if (end === null) begin();
      if (waiting.length > 0 || performance.now() >= (end ?? 0)) waiting.push(act);
      else act();
    },
    clear: () => {
      waiting = [];
    },
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
