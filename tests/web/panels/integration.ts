/**
 * Plays a page of `tests/integrations` in Chromium: node integration.ts CHROMIUM URL SCREENSHOT
 *
 * It joins, sends, receives, loses the connection and comes back. Each step is a line of JSON; whoever started it plays
 * the other side, and judges.
 */
import { chromium, type Page } from "playwright-core";

const [executablePath = "", url = "", screenshot = ""] = process.argv.slice(2);

function say(step: string, more: object = {}): void {
  process.stdout.write(`${JSON.stringify({ step, ...more })}\n`);
}

async function play(page: Page): Promise<void> {
  const shows = async (status: string): Promise<void> => page.getByRole("status").getByText(status).waitFor();
  const hears = async (body: string): Promise<void> => page.getByRole("listitem").getByText(body).waitFor();

  await page.goto(url);
  await shows("ready, joined");
  say("joined");
  await page.getByLabel("Message").fill("Hello from here");
  await page.getByRole("button", { name: "Send" }).click();
  await hears("Hello from here");
  say("sent");
  await hears("Hello back");
  say("received");
  await shows("reconnecting");
  say("lost");
  await hears("While you were away");
  await shows("ready, joined");
  await page.screenshot({ path: screenshot });
  say("reconnected", { heard: await page.getByRole("listitem").allInnerTexts() });
}

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
});
const complaints: string[] = [];
try {
  const page = await browser.newPage({ viewport: { width: 640, height: 360 } });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    const isExpected = message.text().includes("ERR_CONNECTION_REFUSED");
    if (["error", "warning"].includes(message.type()) && !isExpected) complaints.push(message.text());
  });
  await play(page);
  say("done", { complaints });
} catch (error) {
  for (const complaint of complaints) process.stderr.write(`the page says: ${complaint}\n`);
  throw error;
} finally {
  await browser.close();
}
