/** Where the others are, drawn over the text: a copy of it that can't be seen carries a mark for each. */
import type { Person, Selection, UserId } from "../../../generated/shared/typescript/collab/index.js";
import { type Edit, moved } from "./operations.js";

export class Cursors {
  readonly #layer: HTMLElement;
  readonly #places = new Map<UserId, Selection>();
  #people: ReadonlyMap<string, Person> = new Map();

  constructor(layer: HTMLElement) {
    this.#layer = layer;
  }

  move(userId: UserId, selection: Selection): void {
    this.#places.set(userId, selection);
  }

  /** Who is here; the cursors of those who left go. `null`: the server only counts. */
  know(people: ReadonlyMap<string, Person> | null): void {
    if (people === null) return;
    this.#people = people;
    for (const userId of this.#places.keys()) if (!people.has(userId)) this.#places.delete(userId);
  }

  /** Somebody has changed the text: cursors stay at their words. */
  shift(edit: Edit): void {
    for (const [userId, { anchor, head }] of this.#places) {
      this.#places.set(userId, { anchor: moved(anchor, edit), head: moved(head, edit) });
    }
  }

  draw(text: string): void {
    const places = [...this.#places].sort(([, a], [, b]) => a.head - b.head);
    const parts: Node[] = [];
    let drawn = 0;
    for (const [userId, { head }] of places) {
      const at = Math.min(head, text.length);
      parts.push(document.createTextNode(text.slice(drawn, at)), this.#mark(userId));
      drawn = at;
    }
    this.#layer.replaceChildren(...parts, document.createTextNode(text.slice(drawn)));
  }

  #mark(userId: UserId): HTMLElement {
    const person = this.#people.get(userId);
    const mark = document.createElement("span");
    mark.className = "cursor";
    mark.dataset["name"] = person?.name ?? userId;
    mark.style.setProperty("--color", person?.color ?? "#888888");
    return mark;
  }
}
