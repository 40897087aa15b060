/** Opens images in the page, in a headless browser. The page is bundled once per run. */
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { inject } from "vitest";
import { bundleInspector } from "../../scripts/bundle-inspector.mjs";
import { HANG } from "../hang.js";

/** Path of the bundled page. */
export async function pagePath(): Promise<string> {
  const path = join(inject("runFolder"), "inspect.html");
  if (existsSync(path)) return path;
  // Several processes may make it at once; they make the same.
  const next = `${path}.${process.pid}`;
  writeFileSync(next, (await bundleInspector(".")).text);
  renameSync(next, path);
  return path;
}

export interface OpenedPage {
  readonly page: Page;
  /** Errors, warnings and requests since it was opened. */
  readonly complaints: readonly string[];
  /** Shows a view, and waits until nothing is being read. */
  show(view: string, parameters?: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

/** The page without an image. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<OpenedPage> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(HANG);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!/^(file|blob):/.test(request.url())) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(`file://${await pagePath()}`);
  return {
    page,
    complaints,
    async show(view, parameters = {}) {
      const fragment = `#${new URLSearchParams({ view, ...parameters })}`;
      await page.evaluate(`location.hash = ${JSON.stringify(fragment)}`);
      await page.locator(`main.view-${view}`).waitFor();
      await page.locator(".waiting").waitFor({ state: "detached" });
    },
    close: () => context.close(),
  };
}

type File = Parameters<Page["setInputFiles"]>[1];

/** The page with an image. */
export async function openImage(
  browser: Browser,
  file: File,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const opened = await openPage(browser, options);
  await opened.page.setInputFiles("input[type=file]", file);
  await opened.page.getByRole("navigation", { name: "Views" }).waitFor();
  return opened;
}

/** Bytes as a file for {@link openImage}. */
export function fileOf(bytes: Uint8Array, name = "test.img"): File {
  return { name, mimeType: "application/octet-stream", buffer: Buffer.from(bytes) };
}
