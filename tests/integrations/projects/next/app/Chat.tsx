"use client";

import { useState } from "react";

import { Conversation } from "./Conversation";
import { createChatClient } from "./realtime/chat";
import { ChatProvider } from "./realtime/chat/react";

export function Chat({ url, roomId }: { url: string; roomId: string }) {
  const [client] = useState(() => createChatClient({ url }));
  return (
    <ChatProvider client={client}>
      <Conversation roomId={roomId} />
    </ChatProvider>
  );
}
