/** Where tokens come from: asked for by one at a time, however many want the answer, and never waited for without end. */
import type { Clock } from "./clock.js";
import { RealtimeError } from "./errors.js";

/** A token, or what gets one. */
export type TokenOption = string | (() => Promise<string>);

/** A getter that takes longer is asked again. Shorter than the time a connection has to be greeted. */
const GETTING_MS = 9_000;

export class Tokens {
  readonly #option: TokenOption | undefined;
  readonly #clock: Clock;
  #asked: Promise<string> | null = null;

  constructor(option: TokenOption | undefined, clock: Clock) {
    this.#option = option;
    this.#clock = clock;
  }

  /** Whether there is somebody to ask for another token. */
  get renewable(): boolean {
    return typeof this.#option === "function";
  }

  /** The token where there is only one; `undefined` without any. */
  get fixed(): string | undefined {
    return typeof this.#option === "string" ? this.#option : undefined;
  }

  /** Another token. Who asks while somebody else waits gets the same one. */
  next(): Promise<string> {
    this.#asked ??= this.#get().finally(() => {
      this.#asked = null;
    });
    return this.#asked;
  }

  #get(): Promise<string> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(GETTING_MS, () => {
        reject(new RealtimeError("token_timeout", "no token came in time"));
      });
      const get = async (): Promise<void> => {
        try {
          const token = typeof this.#option === "function" ? await this.#option() : "";
          resolve(token);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        } finally {
          cancel();
        }
      };
      void get();
    });
  }
}
