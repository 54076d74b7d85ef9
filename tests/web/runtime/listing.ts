/** A list of a room's events, with what its tests ask of it and answer for the server. */
import {
  type Channel,
  eventList,
  type EventListOptions,
  type EventListSnapshot,
  type Recording,
  type Store,
} from "../../../templates/typescript/runtime/index.js";
import { Bench, type Body, type Room, type RoomEvents, type RoomRequests } from "./room.js";

/** The room, as the handle of a contract that records what is posted. */
export interface RecordingRoom extends Channel<RoomEvents, RoomRequests>, Recording<"posted"> {}

/** Milliseconds after which a channel that nobody holds is left for sure. */
export const linger = 1000;

export async function settled(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
}

/** A list of a room that is not joined yet, and what is on it. */
export function listing(options: EventListOptions<RecordingRoom, "posted"> = {}): {
  bench: Bench;
  list: Store<EventListSnapshot<Body>>;
  bodies: () => string[];
} {
  const bench = new Bench();
  const list = eventList(bench.room as Room & RecordingRoom, "posted", options);
  return { bench, list, bodies: () => bodiesOf(list) };
}

export function bodiesOf(list: Store<EventListSnapshot<Body>>): string[] {
  return list.getSnapshot().items.map(({ payload }) => payload.body);
}

export const nobody = (): void => undefined;

export function letInAt(bench: Bench, offset: number): void {
  bench.welcome();
  bench.letIn({ offset });
}

/** How often the history was asked for on this connection. */
export const asked = ({ connection }: Bench): number => connection.framesOf("$history").length;

/** Answers the newest question for the history with these offsets. */
export function answer(
  bench: Bench,
  offsets: readonly number[],
  more = false,
  epoch = "e",
  event = "room.posted",
): void {
  const events = offsets.map((offset) => [event, offset, { body: `message ${String(offset)}` }]);
  bench.connection.send(["$reply", bench.connection.framesOf("$history").at(-1)?.[1], { epoch, events, more }]);
}
