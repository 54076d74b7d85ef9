import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { Conversation } from "./Conversation";
import { createChatClient } from "./realtime/chat";
import { ChatProvider } from "./realtime/chat/react";

const asked = new URLSearchParams(location.search);
const client = createChatClient({ url: asked.get("ws") ?? "" });

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <ChatProvider client={client}>
      <Conversation roomId={asked.get("room") ?? ""} />
    </ChatProvider>
  </StrictMode>,
);
