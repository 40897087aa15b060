/** Checks that every link of the site leads to an existing file and element. Reads the final texts, as browsers do. */
import { INSPECTOR } from "./addresses.js";

/** A broken link, with the page that contains it. */
export interface BrokenLink {
  readonly page: string;
  readonly href: string;
  readonly reason: string;
}

/**
 * Checks all links of the site.
 *
 * @param files texts by path from the root of the site
 * @param abis existing ABIs as `version/arch`, which a link may name instead of an element
 * @throws {Error} naming the broken links
 */
export function checkLinks(files: ReadonlyMap<string, string>, abis: ReadonlySet<string>): void {
  const broken = findBrokenLinks(files, abis);
  if (broken.length === 0) return;
  const lines = broken.slice(0, 20).map(({ page, href, reason }) => `${page}: ${href}: ${reason}`);
  throw new Error(`${broken.length} links of the reference are dead:\n${lines.join("\n")}`);
}

export function findBrokenLinks(files: ReadonlyMap<string, string>, abis: ReadonlySet<string>): BrokenLink[] {
  const anchors = new Map<string, Anchors>();
  const anchorsOf = (path: string): Anchors => {
    const known = anchors.get(path) ?? readAnchors(files.get(path) ?? "");
    anchors.set(path, known);
    return known;
  };
  const broken: BrokenLink[] = [];
  for (const [page, text] of files) {
    const links = LINKS[page.replace(/^.*\./, "")];
    // Scripts contain only parts of links.
    if (!links) continue;
    if (page.endsWith(".html")) {
      for (const id of anchorsOf(page).twice)
        broken.push({ page, href: `#${id}`, reason: "two elements have this id" });
    }
    for (const { groups } of text.matchAll(links)) {
      if (groups?.href === undefined) continue;
      const href = groups.href.replaceAll("&#39;", "'").replaceAll("&amp;", "&");
      const [path = "", hash] = href.split("#");
      const target = path === "" ? page : resolve(page, path);
      if (target === `${INSPECTOR}.html`) continue;
      const reason = files.has(target)
        ? hash === undefined
          ? undefined
          : reasonOf(decodeURI(hash), anchorsOf(target), abis)
        : `there is no file ${target}`;
      if (reason) broken.push({ page, href, reason });
    }
  }
  return broken;
}

/** Links by file extension. */
const LINKS: Readonly<Record<string, RegExp>> = {
  html: /\s(?:href|src)="(?<href>[^"]*)"/g,
  // Skips escaped characters and code: link syntax in them is text.
  md: /\\[\s\S]|(?<fence>`+)(?!`)[\s\S]*?(?<!`)\k<fence>(?!`)|\]\((?<href>[^)\s]+)\)/g,
  svg: /\shref="(?<href>[^"]*)"/g,
};

interface Anchors {
  readonly ids: ReadonlySet<string>;
  readonly fields: ReadonlySet<string>;
  readonly twice: readonly string[];
}

function readAnchors(text: string): Anchors {
  const ids = [...text.matchAll(/\sid="([^"]*)"/g)].map(([, id = ""]) =>
    id.replaceAll("&#39;", "'").replaceAll("&amp;", "&"),
  );
  return {
    ids: new Set(ids),
    fields: new Set([...text.matchAll(/\sdata-field="([^"]*)"/g)].map(([, field = ""]) => field)),
    twice: new Set(ids).size === ids.length ? [] : ids.filter((id, i) => ids.indexOf(id) !== i),
  };
}

function reasonOf(hash: string, { ids, fields }: Anchors, abis: ReadonlySet<string>): string | undefined {
  if (ids.has(hash)) return undefined;
  const sides = hash.split("...");
  if (sides.length === 2 && sides.every((side) => abis.has(side))) return undefined;
  const [version, arch, field] = hash.split("/");
  if (arch === undefined) return "the page has no such element";
  if (!abis.has(`${version}/${arch}`)) return "there is no such ABI";
  return field === undefined || fields.has(field) ? undefined : "the page has no such field";
}

/** The path that a relative link on a page refers to. */
function resolve(page: string, path: string): string {
  const steps = page.split("/").slice(0, -1);
  for (const step of path.split("/")) {
    if (step === "..") steps.pop();
    else if (step !== ".") steps.push(step);
  }
  return steps.join("/");
}
