import { bootstrapApplication } from "@angular/platform-browser";

import { ChatPage } from "./app/chat-page";
import { createChatClient } from "./app/realtime/chat";
import { provideChat } from "./app/realtime/chat/angular";

const url = new URLSearchParams(location.search).get("ws") ?? "";

bootstrapApplication(ChatPage, { providers: [provideChat(createChatClient({ url }))] }).catch((error: unknown) => {
  console.error(error);
});
