/** The generated client in a worker: joins the room, says what it is told to, and tells the page what it hears. */
import { createChatClient } from "../../../generated/chat/typescript/chat/index.js";

const page = new BroadcastChannel("page");
const url = new URLSearchParams(location.search).get("ws") ?? "";
const client = createChatClient({ url });
const room = client.room({ roomId: "general" });
room.on("posted", ({ body }) => {
  page.postMessage(body);
});
room.retain();
page.addEventListener("message", ({ data }: MessageEvent<{ readonly say: string }>) => {
  void say(data.say);
});
await room.joined();
page.postMessage("joined");

async function say(body: string): Promise<void> {
  try {
    await room.joined();
    await room.send({ name: "Worker", body });
  } catch (error) {
    page.postMessage(String(error));
  }
}
