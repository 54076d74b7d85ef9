/** What waits for its channel to be joined: requests that are sent again, and what the contract lets queue up. */

/** How much may wait. */
export interface QueueLimits {
  /** Messages. @default 256 */
  readonly count?: number;
  /** Of the frames, in UTF-8. @default 262144 */
  readonly bytes?: number;
  /** Milliseconds after which a message is not worth sending any more. @default 60000 */
  readonly ttlMs?: number;
}

/** A frame that waits. */
export interface Waiting {
  readonly ref: number;
  readonly tag: string;
  readonly address: string;
  readonly text: string;
  /** Whose it is: it is never sent as another one. Empty before the first welcome. */
  readonly session: string;
  /** Of what was sent before: whether it may be sent once more, though it may have arrived. */
  readonly again?: { readonly idempotent: boolean };
  /** Called when it will not be sent, with the reason in words. */
  readonly refuse: (why: string) => void;
}

interface Entry {
  readonly frame: Waiting;
  readonly bytes: number;
  readonly expires: number;
}

/** The frames of one client that wait, in the order in which they will be sent. */
export class Backlog {
  readonly #count: number;
  readonly #bytes: number;
  readonly #ttlMs: number;
  #entries: readonly Entry[] = [];

  constructor({ count = 256, bytes = 262_144, ttlMs = 60_000 }: QueueLimits = {}) {
    this.#count = count;
    this.#bytes = bytes;
    this.#ttlMs = ttlMs;
  }

  /** Takes a frame if there is room; says whether there was. */
  add(frame: Waiting, now: number): boolean {
    this.#expire(now);
    const bytes = new TextEncoder().encode(frame.text).length;
    const held = this.#entries.reduce((sum, each) => sum + each.bytes, bytes);
    if (this.#entries.length >= this.#count || held > this.#bytes) return false;
    this.#entries = [...this.#entries, { frame, bytes, expires: now + this.#ttlMs }];
    return true;
  }

  /** Takes frames that were sent before, ahead of all others; they were counted when they were made. */
  putBack(frames: readonly Waiting[]): void {
    const entries = frames.map((frame) => ({ frame, bytes: 0, expires: Infinity }));
    this.#entries = [...entries, ...this.#entries];
  }

  has(ref: number): boolean {
    return this.#entries.some(({ frame }) => frame.ref === ref);
  }

  /** Nobody waits for the answer any more. */
  remove(ref: number): void {
    if (ref !== 0 && this.has(ref)) this.#entries = this.#entries.filter(({ frame }) => frame.ref !== ref);
  }

  /**
   * Gives away what may be sent to an address now, by the client known as `session`; with `onlyAgain` what had been
   * sent before.
   */
  take(address: string, session: string, now: number, onlyAgain: boolean): string[] {
    this.#expire(now);
    const frames = this.#remove((frame) => frame.address === address && (!onlyAgain || frame.again !== undefined));
    const [mine, others] = [
      frames.filter((each) => each.session === "" || each.session === session),
      frames.filter((each) => each.session !== "" && each.session !== session),
    ];
    refuseAll(others, "it was somebody else's");
    return mine.map(({ text }) => text);
  }

  /** Refuses what waits for an address, or all there is. */
  refuse(why: string, address?: string): void {
    refuseAll(
      this.#remove((frame) => address === undefined || frame.address === address),
      why,
    );
  }

  /** Refuses what may have arrived, and must not arrive twice. Refs above `lastRef` never did, if it is known. */
  refuseArrived(lastRef: number | null): void {
    refuseAll(
      this.#remove(({ again, ref }) => again?.idempotent === false && (lastRef === null || ref <= lastRef)),
      "it may have been sent",
    );
  }

  #expire(now: number): void {
    const old = this.#entries.filter(({ expires }) => expires <= now);
    if (old.length === 0) return;
    this.#entries = this.#entries.filter(({ expires }) => expires > now);
    refuseAll(
      old.map(({ frame }) => frame),
      "it waited too long",
    );
  }

  #remove(isMeant: (frame: Waiting) => boolean): Waiting[] {
    const meant = this.#entries.map(({ frame }) => frame).filter(isMeant);
    if (meant.length > 0) this.#entries = this.#entries.filter(({ frame }) => !isMeant(frame));
    return meant;
  }
}

function refuseAll(frames: readonly Waiting[], why: string): void {
  for (const { refuse } of frames) refuse(why);
}
