import { converse } from "../scripts/converse.mjs";
import { createChatClient } from "./realtime/chat";

const [url = "", roomId = ""] = Bun.argv.slice(2);
await converse(createChatClient({ url }), roomId);
