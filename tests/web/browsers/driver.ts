/**
 * Chromium for tests that also hold the server: node driver.ts CHROMIUM
 *
 * Each line in is one command, `{"id", "do", "tab", …}`; each line out is its answer, `{"id", "result"}` or
 * `{"id", "error"}`. Commands run side by side, so that one may wait for what another one causes.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { type BrowserContext, type CDPSession, chromium, type Page } from "playwright-core";

interface Command {
  readonly id: number;
  readonly do: string;
  readonly tab: string;
  readonly text: string;
  readonly more: unknown;
}

interface Tab {
  readonly page: Page;
  readonly cdp: CDPSession;
  /** Another tab, that one looks at meanwhile. */
  cover: Page | null;
  /** Uncaught errors of the page. */
  readonly errors: string[];
  /** What the console was told as error or warning. */
  readonly console: string[];
  /** What WebSockets did, of a tab that is asked to note it. */
  readonly sockets: string[];
}

const [executable = ""] = process.argv.slice(2);
const tabs = new Map<string, Tab>();

async function open(context: BrowserContext, name: string): Promise<void> {
  const page = await context.newPage();
  const tab: Tab = { page, cdp: await context.newCDPSession(page), cover: null, errors: [], console: [], sockets: [] };
  page.on("pageerror", (error) => tab.errors.push(String(error)));
  page.on("console", (said) => {
    if (said.type() === "error" || said.type() === "warning") tab.console.push(said.text());
  });
  tabs.set(name, tab);
}

async function perform(context: BrowserContext, { do: verb, tab: name, text, more }: Command): Promise<unknown> {
  if (verb === "open") return open(context, name);
  const tab = tabs.get(name);
  if (tab === undefined) throw new Error(`no tab ${name}`);
  const { page } = tab;
  switch (verb) {
    case "goto":
      await page.goto(text);
      return null;
    case "evaluate":
      return page.evaluate(text);
    case "until":
      // Not at each frame, as it would by default: a window that nobody sees has none.
      return (await page.waitForFunction(text, undefined, { timeout: 30_000, polling: 20 })).jsonValue();
    case "say":
      return say(page, text, String(more));
    case "fill":
      return page.fill(text, String(more));
    case "press":
      // A window that nobody sees draws nothing, and what is not drawn can't be pressed.
      await page.bringToFront();
      return page.click(text);
    case "follow sockets":
      followSockets(tab);
      return null;
    case "sockets":
      return tab.sockets;
    case "shot":
      return page.screenshot({ path: text });
    case "cdp":
      return tab.cdp.send(text as "Network.enable", more as undefined);
    case "cover":
      tab.cover = await context.newPage();
      return null;
    case "uncover":
      await page.bringToFront();
      return tab.cover?.close();
    case "trace":
      return browser.startTracing(page, { categories: ["-*", "toplevel"] });
    case "traced":
      return tasks((await browser.stopTracing()).toString());
    case "complaints":
      return { errors: tab.errors, console: tab.console };
    case "close":
      tabs.delete(name);
      return page.close();
    default:
      throw new Error(`no verb ${verb}`);
  }
}

interface Traced {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** In microseconds: how long it took, and how much of that the thread had a processor. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Milliseconds, `[all, of a processor]`, of each task of the pages' main threads that took five or more. */
function tasks(trace: string): [number, number][] {
  const { traceEvents } = JSON.parse(trace) as { readonly traceEvents: readonly Traced[] };
  const threads = traceEvents.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain");
  const mains = new Set(threads.map(({ pid, tid }) => `${String(pid)} ${String(tid)}`));
  return traceEvents
    .filter(
      ({ name, pid, tid }) => name === "ThreadControllerImpl::RunTask" && mains.has(`${String(pid)} ${String(tid)}`),
    )
    .map(({ dur = 0, tdur = 0 }): [number, number] => [dur / 1000, tdur / 1000])
    .filter(([all]) => all >= 5);
}

/** From now on; of each frame its beginning. */
function followSockets({ page, sockets }: Tab): void {
  const note = (line: string): void => {
    sockets.push(`${new Date().toISOString()} ${line}`);
  };
  page.on("websocket", (socket) => {
    note(`opening ${socket.url()}`);
    socket.on("framesent", ({ payload }) => {
      note(`> ${String(payload).slice(0, 200)}`);
    });
    socket.on("framereceived", ({ payload }) => {
      note(`< ${String(payload).slice(0, 200)}`);
    });
    socket.on("socketerror", (error) => {
      note(`failed: ${error}`);
    });
    socket.on("close", () => {
      note("closed");
    });
  });
}

/** As a person would: types into a panel and presses its button. */
async function say(page: Page, panel: string, body: string): Promise<void> {
  const region = page.getByRole("region", { name: panel, exact: true });
  await region.getByLabel("Message").fill(body);
  await region.getByRole("button", { name: "Send", exact: true }).click();
}

/** Not launched by playwright: its own flags and overrides keep pages from being frozen or put away for later. */
function launch(home: string): ChildProcess {
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"].concat([
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,760",
    `--user-data-dir=${home}`,
    "--remote-debugging-port=0",
    // Its own first page is replaced by another one while it starts; who connects at that moment waits for ever.
    "about:blank",
  ]);
  return spawn(executable, flags, { stdio: ["ignore", "ignore", "pipe"] });
}

/** Where it listens, which it says on its standard error. */
function listening({ stderr }: ChildProcess): Promise<string> {
  if (stderr === null) throw new Error("a pipe was asked for");
  return new Promise((resolve) => {
    createInterface({ input: stderr }).on("line", (line) => {
      const url = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}

const home = mkdtempSync(join(tmpdir(), "chromium-"));
const chromiumProcess = launch(home);
const gone = once(chromiumProcess, "exit");
process.on("exit", () => chromiumProcess.kill());
const browser = await chromium.connectOverCDP(await listening(chromiumProcess), { noDefaults: true });
const [context] = browser.contexts();

function answer(said: object): void {
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const command = JSON.parse(line) as Command;
  if (context === undefined) throw new Error("a browser without a window");
  perform(context, command).then(
    (result) => {
      answer({ id: command.id, result: result ?? null });
    },
    (error: unknown) => {
      answer({ id: command.id, error: String(error) });
    },
  );
});
lines.on("close", () => {
  void end();
});
answer({ id: 0, result: browser.version() });

async function end(): Promise<void> {
  await browser.close();
  chromiumProcess.kill();
  await gone;
  rmSync(home, { recursive: true, force: true });
}
