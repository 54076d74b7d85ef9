import { createChatClient } from "chat-client";

import { converse } from "../../scripts/converse.mjs";

const [url, roomId] = process.argv.slice(2);
await converse(createChatClient({ url }), roomId);
