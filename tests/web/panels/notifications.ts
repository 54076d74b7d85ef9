/**
 * Plays the notifications' page in Chromium: node notifications.ts CHROMIUM URL SCREENSHOT
 *
 * Prints what the pages showed as one JSON object; whoever started it judges.
 */
import { chromium, type Browser, type Page } from "playwright-core";

const [executablePath = "", url = "", screenshot = ""] = process.argv.slice(2);
const complaints: string[] = [];

async function open(browser: Browser, name: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 760, height: 720 } });
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`${url}?name=${name}`);
  await page.getByText("ready, joined").waitFor();
  return page;
}

async function send(page: Page, kind: string, text: string): Promise<void> {
  await page.getByLabel("Kind").selectOption({ label: kind });
  if (kind !== "Announcement") await page.getByLabel("To", { exact: true }).selectOption({ label: "Ada" });
  await page.getByLabel("Text").fill(text);
  await page.getByRole("button", { name: "Send" }).click();
}

async function shows(page: Page, unread: number, text: string): Promise<void> {
  await page.locator(`.badge[data-count="${String(unread)}"]`).waitFor();
  await page.locator("li", { hasText: text }).waitFor();
  await page.getByText("Somebody").waitFor({ state: "hidden" });
}

async function list(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const item of await page.locator("li").all()) {
    const lines = (await item.locator("p").innerText()).split("\n");
    found.push(`${(await item.getAttribute("class")) ?? ""}: ${lines[0] ?? ""}`);
  }
  return found;
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const ada = await open(browser, "Ada");
const ben = await open(browser, "Ben");
await send(ben, "Mention", "what does Ada think?");
await shows(ada, 1, "what does Ada think?");
await send(ben, "Task", "Water the plants");
await shows(ada, 2, "Water the plants");
await send(ben, "Announcement", "Lunch is ready");
await shows(ada, 3, "Lunch is ready");
await shows(ben, 1, "Lunch is ready");

const tablet = await open(browser, "Ada");
await shows(tablet, 3, "Water the plants");
await tablet.locator("li", { hasText: "Water the plants" }).getByRole("button").click();
await shows(ada, 2, "Water the plants");
await ada.locator("li.read", { hasText: "Water the plants" }).waitFor();
const marked = await list(ada);
await ada.screenshot({ path: screenshot });
await ada.getByRole("button", { name: "Mark all as read" }).click();
await shows(tablet, 0, "Lunch is ready");
await tablet.locator("li.read").nth(2).waitFor();
console.log(JSON.stringify({ marked, tablet: await list(tablet), ben: await list(ben), complaints }));
await browser.close();
