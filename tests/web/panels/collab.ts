/**
 * Plays the shared document's page in Chromium: node collab.ts CHROMIUM URL SCREENSHOT
 *
 * Prints what the pages showed as one JSON object; whoever started it judges.
 */
import { type Browser, chromium, type Page } from "playwright-core";

const [executablePath = "", url = "", screenshot = ""] = process.argv.slice(2);
const complaints: string[] = [];

async function open(browser: Browser, name: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 760, height: 420 } });
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`${url}?name=${name}`);
  await page.locator("#text:not([disabled])").waitFor();
  return page;
}

/** Waits until a page shows a text. */
async function shows(page: Page, text: string): Promise<void> {
  await page.waitForFunction((wanted) => document.querySelector("textarea")?.value === wanted, text);
}

async function textOf(page: Page): Promise<string> {
  return page.getByLabel("Text").inputValue();
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const ada = await open(browser, "Ada");
const ben = await open(browser, "Ben");
const cleo = await open(browser, "Cleo");
const pages = [ada, ben, cleo];

await ada.getByLabel("Text").fill("Groceries\n- bread\n- milk\n");
for (const page of pages) await shows(page, "Groceries\n- bread\n- milk\n");

// Two people write at once, each letter an edit.
await ben.getByLabel("Text").press("Control+End");
await cleo.getByLabel("Text").press("Control+Home");
await cleo.getByLabel("Text").press("End");
await Promise.all([
  ben.getByLabel("Text").pressSequentially("- apples"),
  cleo.getByLabel("Text").pressSequentially(" for Friday"),
]);
const text = "Groceries for Friday\n- bread\n- milk\n- apples";
for (const page of pages) await shows(page, text);

await ada.locator('.cursor[data-name="Ben"]').waitFor();
await ada.locator('.cursor[data-name="Cleo"]').waitFor();
await ada.getByText("3 people").waitFor();
const people = await ada.locator("#people").innerText();
const cursors = await ada
  .locator(".cursor")
  .evaluateAll((found) => found.map((each) => each.getAttribute("data-name")));
await ada.screenshot({ path: screenshot });
console.log(JSON.stringify({ texts: await Promise.all(pages.map(textOf)), people, cursors, complaints }));
await browser.close();
