/** A headless browser over the reference as it lies on the disk. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { HANG } from "../hang.js";
import { ROOT } from "../reference/site.js";
import { available } from "../requirement.js";

const PATH = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** No sandbox because CI runs as root; the rest keeps the browser from calling home. */
const OPTIONS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** It is started: one that is installed may still lack libraries, or memory that it shares. */
export const hasChromium = inProfile((profile) =>
  available("chromium", [
    PATH,
    "--headless",
    ...OPTIONS,
    "--disable-dev-shm-usage",
    `--user-data-dir=${profile}`,
    "--dump-dom",
    "about:blank",
  ]),
);

function inProfile<T>(use: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "ckpt-chromium-"));
  try {
    return use(directory);
  } finally {
    // Processes that it leaves behind may still write there.
    rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
  }
}

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: PATH, args: OPTIONS, timeout: HANG });
}

/** A page of the reference, and what went wrong while it was open. */
export interface Opened {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/** @param path with a hash, e.g. `structs/ckpt_hdr_vma.html#v21/powerpc` */
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
