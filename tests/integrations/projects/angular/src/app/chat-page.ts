import { Component, signal } from "@angular/core";

import { injectChatConnection, injectEvent, injectRequest, injectRoom } from "./realtime/chat/angular";

@Component({
  selector: "chat-page",
  template: `
    <p role="status">{{ connection().status }}, {{ room.status() }}</p>
    <ul>
      @for (body of heard(); track body) {
        <li>{{ body }}</li>
      }
    </ul>
    <form (submit)="submit($event, input)">
      <input #input aria-label="Message" />
      <button>Send</button>
    </form>
  `,
})
export class ChatPage {
  protected readonly connection = injectChatConnection();
  protected readonly room = injectRoom(() => ({ roomId: new URLSearchParams(location.search).get("room") ?? "" }));
  protected readonly heard = signal<string[]>([]);
  readonly #send = injectRequest(this.room, "send");

  constructor() {
    injectEvent(this.room, "posted", ({ body }) => {
      this.heard.update((before) => [...before, body]);
    });
  }

  protected async submit(event: Event, input: HTMLInputElement): Promise<void> {
    event.preventDefault();
    await this.#send.execute({ name: "Page", body: input.value });
    input.value = "";
  }
}
