import { Component, input, signal } from "@angular/core";

import {
  injectChatConnection,
  injectEvent,
  injectEventList,
  injectRequest,
  injectRoom,
} from "../../../../generated/chat/angular/chat/angular.js";
import { clock, refusal } from "../words.js";

@Component({ selector: "chat-panel", templateUrl: "./panel.html" })
export class Panel {
  readonly name = input("Angular");
  readonly roomId = input("general");

  protected readonly connection = injectChatConnection();
  protected readonly room = injectRoom(() => ({ roomId: this.roomId() }));
  protected readonly messages = injectEventList(this.room, "posted").items;
  protected readonly send = injectRequest(this.room, "send");
  protected readonly draft = signal("");
  protected readonly typist = signal<string | null>(null);
  protected readonly clock = clock;
  protected readonly refusal = refusal;

  constructor() {
    injectEvent(this.room, "typing", (notice) => {
      this.typist.set(notice.mood === "idle" ? null : notice.name);
    });
  }

  protected edit(text: string): void {
    const turned = (text === "") !== (this.draft() === "");
    this.draft.set(text);
    if (turned && this.room.status() === "joined") {
      this.room.channel().typing({ name: this.name(), mood: text === "" ? "idle" : "typing" });
    }
  }

  protected post(body: string): void {
    void this.send.execute({ name: this.name(), body });
  }

  protected submit(event: Event): void {
    event.preventDefault();
    this.post(this.draft());
    this.edit("");
  }
}
