import { provideZonelessChangeDetection } from "@angular/core";
import { createApplication } from "@angular/platform-browser";

import { provideChat } from "../../../../generated/chat/angular/chat/angular.js";
import type { ChatClient } from "../../../../generated/chat/typescript/chat/index.js";
import { Panel } from "./panel.js";

export async function mountAngular(element: HTMLElement, client: ChatClient): Promise<void> {
  const application = await createApplication({ providers: [provideZonelessChangeDetection(), provideChat(client)] });
  const panel = application.bootstrap(Panel, element);
  panel.setInput("name", "Angular");
  panel.setInput("roomId", "general");
}
