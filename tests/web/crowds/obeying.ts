/** A process of clients takes orders from its input, and says how it stands: tests/crowds/crowd.py is the other side. */
import { createInterface } from "node:readline";

export interface Order {
  readonly do: string;
}

/** Does what an order says; the answer, or nothing where it comes later. */
export type Act = (order: Order) => Promise<object | undefined>;

const TELL_EVERY_MS = 100;

/** Says something to whoever gives orders. */
export function tell(said: object): void {
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

/** Until told to leave. `stand` says how it stands. */
export async function obey(acts: Readonly<Record<string, Act>>, stand: () => object): Promise<void> {
  const telling = setInterval(() => {
    tell({ stand: stand() });
  }, TELL_EVERY_MS);
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line) as Order;
    if (order.do === "leave") break;
    const act = acts[order.do];
    if (act === undefined) throw new Error(`there is no order ${order.do}`);
    const answer = await act(order);
    if (answer !== undefined) tell(answer);
  }
  clearInterval(telling);
  tell({ stand: stand() });
}
