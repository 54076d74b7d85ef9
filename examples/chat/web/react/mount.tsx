import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { ChatProvider } from "../../../../generated/chat/react/chat/react.js";
import type { ChatClient } from "../../../../generated/chat/typescript/chat/index.js";
import { Panel } from "./Panel.js";

export function mountReact(element: HTMLElement, client: ChatClient): void {
  createRoot(element).render(
    <StrictMode>
      <ChatProvider client={client}>
        <Panel name="React" roomId="general" />
      </ChatProvider>
    </StrictMode>,
  );
}
