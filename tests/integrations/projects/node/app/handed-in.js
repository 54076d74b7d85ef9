/** With a WebSocket class of a package, where the platform has none. */
import { createChatClient } from "chat-client";
import { webSocketFactory } from "chat-client/runtime";
import { WebSocket } from "ws";

import { converse } from "../../scripts/converse.mjs";

const [url, roomId] = process.argv.slice(2);
await converse(createChatClient({ url, socket: webSocketFactory(WebSocket) }), roomId);
