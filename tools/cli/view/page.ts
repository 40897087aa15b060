/** The page that shows images: where it is, and how it is made to read one that is served with it. */
import { readFileSync } from "node:fs";
import { InputError } from "../../errors/input-error.js";

/** From this module in the command of the package, in its modules, and in a checkout. */
const PLACES = ["../inspect.html", "../../../inspect.html", "../../../generated/reference/inspect.html"];

/**
 * Reads the page as it is published.
 *
 * @throws {InputError} (`unreadable-file`) when there is no page
 */
export function readPage(places: readonly string[] = PLACES): string {
  for (const place of places)
    try {
      return readFileSync(new URL(place, import.meta.url), "utf8");
    } catch {
      // The next place.
    }
  throw new InputError(
    "unreadable-file",
    "the page that shows images is missing; in a checkout npm run gen makes it, a package without it is incomplete",
  );
}

/** What the page knows about the image that is served with it. */
export interface PageImage {
  /** Address of the image, relative to the page and absolute. */
  readonly path: string;
  readonly url: string;
  readonly name: string;
  /** Bytes of the image. */
  readonly size: number;
  /** What it is read as, where a person said so. */
  readonly abi: string | undefined;
  readonly pageSize: string | undefined;
}

/** The directive that forbids all requests of the page. */
const NO_REQUEST = "connect-src 'none'";

/**
 * The page with an image: its policy allows requests to the image and to nothing else. Links into the reference are left out, because the reference is
 * not served.
 *
 * @throws {InputError} (`unreadable-file`) when it is not the page
 */
export function pageWith(page: string, image: PageImage): string {
  const [before, after, ...more] = page.split(NO_REQUEST);
  if (before === undefined || after === undefined || more.length > 0)
    throw new InputError("unreadable-file", "the page that shows images has not the expected policy; make it again");
  const data = { address: image.path, name: image.name, size: image.size, abi: image.abi, "page-size": image.pageSize };
  const attributes = Object.entries(data)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` data-${key}="${escaped(String(value))}"`);
  const rest = after.replace(/<meta name="reference"[^>]*>\n?/, "");
  return `${before}connect-src ${image.url}${rest}`.replace(
    "</head>",
    () => `<meta name="image"${attributes.join("")}>\n</head>`,
  );
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
