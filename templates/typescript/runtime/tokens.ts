/** Where tokens come from: asked for by one at a time, however many want the answer, and never waited for without end. */
import type { Clock } from "./clock.js";
import { RealtimeError } from "./errors.js";

/** A token, or what gets one. */
export type TokenOption = string | (() => Promise<string>);

/** A getter that takes longer is asked again. Shorter than the time a connection has to be greeted. */
const GETTING_MS = 9_000;

/** Gets another token. Who asks while somebody else waits gets the same one. */
export type NextToken = () => Promise<string>;

/** `null` where there is nobody to ask for another one. */
export function makeTokens(option: TokenOption | undefined, clock: Clock): NextToken | null {
  if (typeof option !== "function") return null;
  let asked: Promise<string> | undefined;
  let cancel: (() => void) | undefined;
  return () =>
    (asked ??= new Promise<string>((resolve, reject) => {
      // A getter that throws at once is no different from one that rejects.
      Promise.resolve(option()).then(resolve, reject);
      cancel = clock.after(GETTING_MS, () => {
        reject(new RealtimeError("token_timeout", "no token came in time"));
      });
    }).finally(() => {
      cancel?.();
      asked = undefined;
    }));
}
