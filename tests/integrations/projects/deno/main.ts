import { converse } from "../scripts/converse.mjs";
import { createChatClient } from "./realtime/chat/index.ts";

const [url = "", roomId = ""] = Deno.args;
await converse(createChatClient({ url }), roomId);
