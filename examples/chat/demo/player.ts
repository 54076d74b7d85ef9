/**
 * A chat client that plays what it is told: one JSON command a line on standard input, one JSON report a line on
 * standard output. It uses the generated client as any program would.
 */
import { createInterface } from "node:readline";

import { InvalidPayloadError, RequestError, createChatClient } from "../../../generated/chat/typescript/chat/index.js";

type Command =
  | { readonly id: number; readonly do: "join" | "send-invalid" | "typing" | "close" }
  | { readonly id: number; readonly do: "send"; readonly body: string };

const [url = "", name = "", roomId = ""] = process.argv.slice(2);

function report(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const client = createChatClient({
  url,
  onInvalid: (invalid) => {
    report({ kind: "invalid", tag: invalid.tag, issues: invalid.issues });
  },
});
const room = client.room({ roomId });

client.connection.subscribe(() => {
  report({ kind: "connection", status: client.connection.getSnapshot().status });
});
room.state.subscribe(() => {
  const { status, recovered } = room.state.getSnapshot();
  report({ kind: "channel", status, recovered });
});
room.on("posted", (message, { offset }) => {
  report({ kind: "posted", body: message.body, author: message.author.name, offset });
});
room.on("typing", (notice) => {
  report({ kind: "typing", name: notice.name, mood: notice.mood });
});

async function play(command: Command): Promise<unknown> {
  switch (command.do) {
    case "join":
      room.retain();
      await room.joined();
      return null;
    case "send":
      return room.send({ name, body: command.body });
    case "send-invalid":
      // The types forbid an empty body only in words; the validator forbids it in fact.
      return room.send({ name, body: "" });
    case "typing":
      room.typing({ name, mood: "typing" });
      return null;
    case "close":
      client.close();
      return null;
  }
}

function describe(error: unknown): object {
  if (error instanceof InvalidPayloadError) return { name: error.name, issues: error.issues };
  if (error instanceof RequestError) return { name: error.name, code: error.code, data: error.data };
  return { name: error instanceof Error ? error.name : "unknown", message: String(error) };
}

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line) as Command;
  play(command).then(
    (value) => {
      report({ answer: command.id, value: value ?? null });
    },
    (error: unknown) => {
      report({ answer: command.id, error: describe(error) });
    },
  );
}
client.close();
