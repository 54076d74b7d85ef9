/** One document, shared. `?name=` says who you are, `?document=` which one. */
import { createCollabClient, isUserId, type Selection } from "../../../generated/shared/typescript/collab/index.js";
import { Cursors } from "./cursors.js";
import { moved } from "./operations.js";
import { SharedText } from "./shared-text.js";

/** Between two words about the own cursor, in milliseconds: the contract takes 20 a second, and tries out fewer. */
const RHYTHM = { often: 60, seldom: 180 };

function element<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`index.html has no #${id}`);
  return found;
}

const query = new URLSearchParams(location.search);
const name = query.get("name") ?? `Guest ${String(Math.floor(Math.random() * 1000))}`;
const documentId = query.get("document") ?? "00000000-0000-4000-8000-000000000000";
const area = element("text", HTMLTextAreaElement);
const layer = element("layer", HTMLElement);

const client = createCollabClient({
  url: location.origin.replace(/^http/, "ws"),
  token: async () => (await fetch("/token", { headers: { "x-name": name } })).text(),
});
const room = client.document({ documentId });
const shared = new SharedText(room);
const cursors = new Cursors(layer);
const me = name.toLowerCase();

shared.onChange = (edit) => {
  const { selectionStart, selectionEnd } = area;
  area.value = shared.text;
  if (edit !== null) {
    area.setSelectionRange(moved(selectionStart, edit), moved(selectionEnd, edit));
    cursors.shift(edit);
  }
  cursors.draw(shared.text);
};
area.addEventListener("input", () => {
  shared.type(area.value);
  cursors.draw(shared.text);
});
area.addEventListener("scroll", () => {
  layer.scrollTop = area.scrollTop;
});

let told: Selection = { anchor: -1, head: -1 };
function tellCursor(): void {
  const { selectionStart: anchor, selectionEnd: head } = area;
  setTimeout(tellCursor, RHYTHM[client.flags.getSnapshot().cursorRhythm]);
  if (room.state.getSnapshot().status !== "joined" || (told.anchor === anchor && told.head === head)) return;
  told = { anchor, head };
  room.moveCursor(told);
}
tellCursor();
room.on("cursorMoved", ({ userId, selection }) => {
  if (userId === me) return;
  cursors.move(userId, selection);
  cursors.draw(shared.text);
});

const { presence } = room;
presence.subscribe(() => {
  const { count, members, complete } = presence.getSnapshot();
  element("count", HTMLElement).textContent = `${String(count)} ${count === 1 ? "person" : "people"}`;
  element("people", HTMLElement).textContent = complete
    ? [...members.values()]
        .map((each) => each.name)
        .sort()
        .join(", ")
    : "";
  cursors.know(complete ? members : null);
  cursors.draw(shared.text);
});
client.connection.subscribe(() => {
  element("status", HTMLElement).textContent = client.connection.getSnapshot().status;
});

element("name", HTMLElement).textContent = name;
if (!isUserId(me)) throw new Error("that name is too long");
room.retain();
await room.joined();
await shared.load();
area.disabled = false;
