import { converse } from "../scripts/converse.mjs";
import { createChatClient } from "./realtime/chat/index.ts";

const [url = "", roomId = ""] = process.argv.slice(2);
await converse(createChatClient({ url }), roomId);
