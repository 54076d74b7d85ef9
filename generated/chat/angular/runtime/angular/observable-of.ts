import { Observable } from "rxjs";

import type { Store } from "./core.js";

/**
 * A store of the client as an Observable: what it holds now at once, then each change. So `toSignal` of
 * `@angular/core/rxjs-interop` may be told `requireSync`.
 */
export function observableOf<T>(store: Store<T>): Observable<T> {
  return new Observable((subscriber) => {
    const show = (): void => {
      subscriber.next(store.getSnapshot());
    };
    const stop = store.subscribe(show);
    show();
    return stop;
  });
}
