/** The page that a client under test runs in: seen and online, until a test says otherwise. */
import type { Page, PageEvent } from "../browser-page.js";

export class FakePage implements Page {
  readonly #watchers = new Set<(event: PageEvent) => void>();
  #isHidden = false;

  isHidden(): boolean {
    return this.#isHidden;
  }

  watch(tell: (event: PageEvent) => void): () => void {
    this.#watchers.add(tell);
    return () => {
      this.#watchers.delete(tell);
    };
  }

  /** Something happens to the page. */
  tell(event: PageEvent): void {
    if (event === "hidden" || event === "visible") this.#isHidden = event === "hidden";
    for (const each of [...this.#watchers]) each(event);
  }
}
