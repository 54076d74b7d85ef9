import { createChatClient } from "./realtime/chat";

const asked = new URLSearchParams(location.search);
const client = createChatClient({ url: asked.get("ws") ?? "" });
const room = client.room({ roomId: asked.get("room") ?? "" });

const form = document.querySelector("form")!;
const input = document.querySelector("input")!;

function show(): void {
  const status = `${client.connection.getSnapshot().status}, ${room.state.getSnapshot().status}`;
  document.querySelector("[role=status]")!.textContent = status;
}

client.connection.subscribe(show);
room.state.subscribe(show);
room.on("posted", ({ body }) => {
  const item = document.createElement("li");
  item.textContent = body;
  document.querySelector("ul")!.append(item);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void room.send({ name: "Page", body: input.value }).then(() => form.reset());
});
room.retain();
show();
