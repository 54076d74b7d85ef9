// Node's servers under test, one process: `node servers.mjs ws|socketio|uws PORT`. /echo sends each message back,
// /sub hears what /pub sends; Socket.IO has events instead.
import http from "node:http";
import { createRequire } from "node:module";

const [kind, port] = [process.argv[2], Number(process.argv[3])];
const require = createRequire(import.meta.url);

function serveWs() {
  const { WebSocketServer } = require("ws");
  const subscribers = new Set();
  const server = new WebSocketServer({
    port,
    host: "127.0.0.1",
    backlog: 4096,
    perMessageDeflate: false,
  });
  server.on("connection", (socket, request) => {
    if (request.url === "/sub") {
      subscribers.add(socket);
      socket.on("close", () => subscribers.delete(socket));
    } else if (request.url === "/pub") {
      socket.on("message", (data) => {
        for (const each of subscribers) each.send(data, { binary: false });
      });
    } else {
      socket.on("message", (data) => socket.send(data, { binary: false }));
    }
  });
}

function serveSocketIo() {
  const { Server } = require("socket.io");
  const listener = http.createServer();
  const io = new Server(listener, {
    transports: ["websocket"],
    perMessageDeflate: false,
    pingInterval: 60000,
  });
  io.on("connection", (socket) => {
    socket.on("echo", (data, acknowledge) => acknowledge(data));
    socket.on("sub", () => {
      socket.join("subs");
      socket.emit("ok", 1);
    });
    socket.on("pub", (data) => io.to("subs").emit("m", data));
  });
  listener.listen({ port, host: "127.0.0.1", backlog: 4096 });
}

function serveUws() {
  const { App } = require("@trufflesuite/uws-js-unofficial");
  const app = App();
  const options = {
    compression: 0,
    maxPayloadLength: 1 << 20,
    idleTimeout: 120,
    maxBackpressure: 1 << 26,
  };
  app.ws("/echo", {
    ...options,
    message: (socket, data) => socket.send(data, false),
  });
  app.ws("/sub", {
    ...options,
    open: (socket) => socket.subscribe("all"),
    message: () => {},
  });
  app.ws("/pub", {
    ...options,
    message: (_socket, data) => app.publish("all", data, false),
  });
  app.listen("127.0.0.1", port, () => {});
}

({ ws: serveWs, socketio: serveSocketIo, uws: serveUws })[kind]();
