/**
 * A text that others change, too. One edit of ours is under way at a time; what is typed meanwhile waits. An edit of
 * somebody else is brought past both before it is applied, and they past it, as the server does with ours.
 */
import {
  type Document,
  type DocumentEditedPayload,
  type EditId,
  type Revision,
} from "../../../generated/shared/typescript/collab/index.js";
import { apply, difference, type Edit, rebase } from "./operations.js";

/** The contract's most steps of one edit. */
const STEPS = 8;

export class SharedText {
  text = "";
  /** Called when somebody else has changed the text, or all of it was loaded (`null`). */
  onChange: (edit: Edit | null) => void = () => undefined;
  readonly #document: Document;
  #revision: Revision = 0;
  #sent: { readonly id: EditId; readonly edit: Edit } | null = null;
  #waiting: Edit = [];
  /** What is heard while the text is being loaded; `null` while it is not. */
  #held: DocumentEditedPayload[] | null = [];

  constructor(document: Document) {
    this.#document = document;
    document.on("edited", (edited) => {
      if (this.#held === null) this.#hear(edited);
      else this.#held.push(edited);
    });
    document.onResync(() => void this.load());
  }

  /** Begin with the whole text, as the server has it. */
  async load(): Promise<void> {
    this.#held ??= [];
    const { text, revision } = await this.#document.load();
    const held = this.#held;
    this.#held = null;
    this.text = text;
    this.#revision = revision;
    this.#sent = null;
    this.#waiting = [];
    this.onChange(null);
    for (const each of held) this.#hear(each);
  }

  /** The person at the keyboard has changed the text to this. */
  type(text: string): void {
    this.#waiting = [...this.#waiting, ...difference(this.text, text)];
    this.text = text;
    this.#send();
  }

  #send(): void {
    if (this.#sent !== null || this.#waiting.length === 0 || this.#held !== null) return;
    const sent = { id: crypto.randomUUID(), edit: this.#waiting.slice(0, STEPS) };
    this.#waiting = this.#waiting.slice(STEPS);
    this.#sent = sent;
    this.#document.edit({ id: sent.id, base: this.#revision, operations: sent.edit }).catch(() => {
      // Refused, or nobody knows whether it took effect: what the server has is the truth.
      if (this.#sent?.id === sent.id) void this.load();
    });
  }

  #hear({ id, revision, operations }: DocumentEditedPayload): void {
    if (revision <= this.#revision) return;
    this.#revision = revision;
    if (this.#sent?.id === id) {
      this.#sent = null;
      this.#send();
      return;
    }
    let theirs: Edit = operations;
    if (this.#sent !== null) {
      const [edit, after] = rebase(this.#sent.edit, theirs, false);
      this.#sent = { ...this.#sent, edit };
      theirs = after;
    }
    [this.#waiting, theirs] = rebase(this.#waiting, theirs, false);
    this.text = apply(this.text, theirs);
    this.onChange(theirs);
  }
}
