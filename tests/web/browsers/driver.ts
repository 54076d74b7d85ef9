/**
 * Chromium for tests that also hold the server: node driver.ts CHROMIUM
 *
 * Each line in is one command, `{"id", "do", "tab", …}`; each line out is its answer, `{"id", "result"}` or
 * `{"id", "error"}`. Commands run side by side, so that one may wait for what another one causes.
 */
import { createInterface } from "node:readline";
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from "playwright-core";

interface Command {
  readonly id: number;
  readonly do: string;
  readonly tab: string;
  readonly text: string;
  readonly more: unknown;
}

interface Tab {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly cdp: CDPSession;
  /** Uncaught errors of the page. */
  readonly errors: string[];
  /** What the console was told as error or warning. */
  readonly console: string[];
}

const [executablePath = ""] = process.argv.slice(2);
const tabs = new Map<string, Tab>();

async function open(browser: Browser, name: string): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 640 } });
  const page = await context.newPage();
  const tab: Tab = { context, page, cdp: await context.newCDPSession(page), errors: [], console: [] };
  page.on("pageerror", (error) => tab.errors.push(String(error)));
  page.on("console", (said) => {
    if (said.type() === "error" || said.type() === "warning") tab.console.push(said.text());
  });
  tabs.set(name, tab);
}

async function perform(browser: Browser, { do: verb, tab: name, text, more }: Command): Promise<unknown> {
  if (verb === "open") return open(browser, name);
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
      return (await page.waitForFunction(text, undefined, { timeout: 30_000 })).jsonValue();
    case "say":
      return say(page, text, String(more));
    case "shot":
      return page.screenshot({ path: text });
    case "cdp":
      return tab.cdp.send(text as "Network.enable", more as undefined);
    case "complaints":
      return { errors: tab.errors, console: tab.console };
    case "close":
      tabs.delete(name);
      return tab.context.close();
    default:
      throw new Error(`no verb ${verb}`);
  }
}

/** As a person would: types into a panel and presses its button. */
async function say(page: Page, panel: string, body: string): Promise<void> {
  const region = page.getByRole("region", { name: panel, exact: true });
  await region.getByLabel("Message").fill(body);
  await region.getByRole("button", { name: "Send", exact: true }).click();
}

const browser = await chromium.launch({
  executablePath,
  // What playwright switches off so that its own navigation is simple; pages that people use have it.
  ignoreDefaultArgs: ["--disable-back-forward-cache"],
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"].concat([
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ]),
});

function answer(said: object): void {
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const command = JSON.parse(line) as Command;
  perform(browser, command).then(
    (result) => {
      answer({ id: command.id, result: result ?? null });
    },
    (error: unknown) => {
      answer({ id: command.id, error: String(error) });
    },
  );
});
lines.on("close", () => {
  void browser.close();
});
answer({ id: 0, result: browser.version() });
