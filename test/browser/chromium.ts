/** Opens pages of the generated reference in a headless browser, from disk. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { HANG } from "../hang.js";
import { ROOT } from "../reference/site.js";
import { works } from "../requirement.js";

const PATH = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** No sandbox, because CI runs as root; the other options keep the browser from contacting its vendor. */
const OPTIONS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: PATH, args: OPTIONS, timeout: HANG });
}

/** Whether the browser starts: an installed one may lack libraries or shared memory. */
export const hasChromium = works("chromium", await reasonNotToStart());

async function reasonNotToStart(): Promise<string | undefined> {
  try {
    const browser = await launch();
    await browser.close();
    return undefined;
  } catch (error) {
    return String(error).split("\n", 1)[0];
  }
}

/** An open page of the reference, with the errors that occurred while it was open. */
export interface Opened {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/**
 * Opens a page of the reference.
 *
 * @param path with a fragment, e.g. `structs/ckpt_hdr_vma.html#v21/powerpc`
 */
export async function open(browser: Browser, path: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(HANG);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!/^(file|data):/.test(request.url())) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(`file://${ROOT}${path}`);
  return { page, complaints };
}
