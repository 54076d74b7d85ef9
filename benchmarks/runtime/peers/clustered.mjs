// Socket.IO around a Redis, one node: `node clustered.mjs pubsub|streams PORT REDIS`. Whoever says "sub" is in the room,
// "pub" speaks to the room at all nodes.
import http from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import { createAdapter as createStreamsAdapter } from "@socket.io/redis-streams-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const [kind, port, url] = [process.argv[2], Number(process.argv[3]), process.argv[4]];

async function connected() {
  const client = createClient({ url });
  await client.connect();
  return client;
}

const adapter =
  kind === "streams"
    ? createStreamsAdapter(await connected())
    : createAdapter(await connected(), await connected());
const listener = http.createServer();
const io = new Server(listener, {
  adapter,
  transports: ["websocket"],
  perMessageDeflate: false,
  pingInterval: 60000,
});
io.on("connection", (socket) => {
  socket.on("sub", () => {
    socket.join("subs");
    socket.emit("ok", 1);
  });
  socket.on("pub", (data) => io.to("subs").emit("m", data));
});
listener.listen({ port, host: "127.0.0.1", backlog: 4096 });
