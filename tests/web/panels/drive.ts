/**
 * Plays the chat's page in Chromium: node drive.ts CHROMIUM URL SCREENSHOT
 *
 * Prints what the panels showed as one JSON object; whoever started it judges. It waits for what should appear, and
 * fails with the name of what did not.
 */
import { chromium, type Locator, type Page } from "playwright-core";

const PANELS = ["React", "Vue", "Angular"] as const;
type Panel = (typeof PANELS)[number];

const [executablePath = "", url = "", screenshot = ""] = process.argv.slice(2);

function panel(page: Page, name: Panel): Locator {
  return page.getByRole("region", { name, exact: true });
}

/** One entry a panel. */
async function inEach<T>(look: (name: Panel) => Promise<T>): Promise<Record<string, T>> {
  const seen: Record<string, T> = {};
  for (const name of PANELS) seen[name] = await look(name);
  return seen;
}

async function type(page: Page, name: Panel, text: string): Promise<Record<string, string>> {
  await panel(page, name).getByLabel("Message").fill(text);
  const notices: Record<string, string> = {};
  for (const other of PANELS.filter((each) => each !== name)) {
    const notice = panel(page, other).locator(".typing", { hasText: name });
    await notice.waitFor();
    notices[other] = (await notice.innerText()).trim();
  }
  return notices;
}

async function send(page: Page, name: Panel): Promise<void> {
  await panel(page, name).getByRole("button", { name: "Send", exact: true }).click();
}

/** Says something in one panel, and waits until all of them show it this many times. */
async function say(page: Page, name: Panel, text: string, times = 1): Promise<void> {
  await panel(page, name).getByLabel("Message").fill(text);
  await send(page, name);
  for (const each of PANELS)
    await panel(page, each)
      .locator("li", { hasText: text })
      .nth(times - 1)
      .waitFor();
}

async function messages(page: Page, name: Panel): Promise<string[]> {
  return panel(page, name).locator("li span").allInnerTexts();
}

async function play(page: Page): Promise<object> {
  await page.goto(url);
  for (const name of PANELS) await panel(page, name).locator('[data-channel="joined"]').waitFor();
  const status = await inEach(async (name) => panel(page, name).locator(".status").innerText());

  const typing: Record<string, object> = {};
  for (const name of PANELS) {
    typing[name] = await type(page, name, "Hello");
    await say(page, name, `Hello from ${name}`);
  }
  const heard = await inEach(async (name) => messages(page, name));

  for (const name of PANELS) {
    await panel(page, name).getByRole("button", { name: "Send an invalid message" }).click();
    await panel(page, name).getByRole("alert").waitFor();
  }
  const refused = await inEach(async (name) => panel(page, name).getByRole("alert").innerText());
  await type(page, "Vue", "A draft");
  await page.screenshot({ path: screenshot, fullPage: true });

  await say(page, "React", "Still here");
  await panel(page, "React").getByRole("alert").waitFor({ state: "detached" });
  const afterwards = await inEach(async (name) => messages(page, name));

  await say(page, "Angular", "Again");
  await say(page, "Angular", "Again", 2);
  await panel(page, "Angular").getByLabel("Message").fill("Again");
  await send(page, "Angular");
  const muted = panel(page, "Angular").getByRole("alert").filter({ hasText: "until" });
  await muted.waitFor();
  return { status, typing, heard, refused, afterwards, muted: await muted.innerText() };
}

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"].concat([
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ]),
});
const complaints: string[] = [];
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  const seen = await play(page);
  process.stdout.write(`${JSON.stringify({ ...seen, complaints })}\n`);
} catch (error) {
  for (const complaint of complaints) process.stderr.write(`the page says: ${complaint}\n`);
  throw error;
} finally {
  await browser.close();
}
