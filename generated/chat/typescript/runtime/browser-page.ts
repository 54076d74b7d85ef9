/** What a browser tells about its page, as hints: none of them is proof of anything. */

/**
 * `away`: the page was put into the back/forward cache; `back`: it came out of it. `resumed`: it was frozen, and goes on.
 */
export type PageEvent = "online" | "offline" | "hidden" | "visible" | "away" | "back" | "resumed";

/** Where the hints come from. */
export interface Page {
  /** Whether nobody can see the page now. */
  isHidden(): boolean;
  /** Tells of what happens until the returned function is called. */
  watch(tell: (event: PageEvent) => void): () => void;
}

/** What of a browser may be missing: in Node, and in workers. */
interface Platform {
  readonly document?: Document;
  readonly addEventListener?: EventTarget["addEventListener"];
}

/** Events of the window, and what they tell. */
const TOLD = { online: "online", offline: "offline", pagehide: "away", pageshow: "back" } as const;

/**
 * The page that this runs in. Looked up when it is called, not at import. `unload` and `beforeunload` are left alone:
 * listening to them would keep the page out of the back/forward cache.
 */
export const browserPage: Page = {
  isHidden: () => (globalThis as Platform).document?.visibilityState === "hidden",
  watch: (tell) => {
    const { document, addEventListener } = globalThis as Platform;
    const stops = new AbortController();
    for (const [name, event] of Object.entries(TOLD)) {
      addEventListener?.(
        name,
        (said) => {
          // A page that is not put into the cache is not coming back.
          if ((said as Partial<PageTransitionEvent>).persisted !== false) tell(event);
        },
        stops,
      );
    }
    document?.addEventListener(
      "visibilitychange",
      () => {
        tell(browserPage.isHidden() ? "hidden" : "visible");
      },
      stops,
    );
    document?.addEventListener(
      "resume",
      () => {
        tell("resumed");
      },
      stops,
    );
    return () => {
      stops.abort();
    };
  },
};
