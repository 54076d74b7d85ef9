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

/**
 * The page that this runs in. Looked up when it is called, not at import. `unload` and `beforeunload` are left alone:
 * listening to them would keep the page out of the back/forward cache.
 */
export const browserPage: Page = {
  isHidden: () => (globalThis as Platform).document?.visibilityState === "hidden",
  watch: (tell) => {
    const { document, addEventListener } = globalThis as Platform;
    const { signal, stop } = stopper();
    const listen = (name: string, event: PageEvent, persisted = false): void => {
      addEventListener?.(
        name,
        (said) => {
          if (!persisted || (said as PageTransitionEvent).persisted) tell(event);
        },
        { signal },
      );
    };
    listen("online", "online");
    listen("offline", "offline");
    listen("pagehide", "away", true);
    listen("pageshow", "back", true);
    document?.addEventListener(
      "visibilitychange",
      () => {
        tell(document.visibilityState === "hidden" ? "hidden" : "visible");
      },
      { signal },
    );
    document?.addEventListener(
      "resume",
      () => {
        tell("resumed");
      },
      { signal },
    );
    return stop;
  },
};

function stopper(): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    stop: () => {
      controller.abort();
    },
  };
}
