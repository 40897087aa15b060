/**
 * Shows only the layouts and diagrams of one version on one architecture, or those of two side by side. The fragment of the address selects them:
 * `#v21/powerpc`, with a field `#v21/powerpc/vm_flags`, side by side `#v16/x86_32...v21/powerpc`. The first one is remembered for the next page.
 */
import { type AbiChoice, type Choice, makeBar } from "./abi-bar.js";
import type { ReferenceData } from "./data.js";
import { markDifferences, unmarkDifferences } from "./differences.js";
import { fragment } from "./fragment.js";

const REMEMBERED = "ckpt-reference-abi";

export function startSelection({ versions, arches }: ReferenceData): void {
  const sections = [...document.querySelectorAll<HTMLElement>("section[data-abis]")];
  const cases = document.querySelector(".cases");
  if (!cases || sections.length === 0) return;
  const archesOf = (version: string) => versions.find(([id]) => id === version)?.[1] ?? [];
  const bar = makeBar(
    versions.map(([id]) => id),
    archesOf,
    choose,
  );
  cases.before(bar.element);
  let current: Choice = { shown: remembered() ?? newest() };

  const sectionOf = ({ version, arch }: AbiChoice) =>
    sections.find(({ dataset }) => (dataset.abis ?? "").split(" ").includes(`${version}/${arch}`));

  function show(choice: Choice): void {
    current = choice;
    bar.show(choice);
    unmarkDifferences();
    const { shown, beside } = choice;
    const [first, second] = [sectionOf(shown), beside && sectionOf(beside)];
    for (const section of sections) {
      section.hidden = section !== first && section !== second;
      section.classList.toggle("second", section === second && section !== first);
    }
    if (second && beside) adapt(second, beside);
    if (first) adapt(first, shown);
    const areTwo = first !== undefined && second !== undefined && first !== second;
    cases?.classList.toggle("two", areTwo);
    bar.status.textContent = statusOf(choice, first, second);
  }

  function statusOf(
    { shown, beside }: Choice,
    first: HTMLElement | undefined,
    second: HTMLElement | undefined,
  ): string {
    const absent = [...(first ? [] : [shown]), ...(beside && !second ? [beside] : [])];
    if (absent.length > 0 || !beside || !first || !second)
      return absent.map((abi) => `Not in ${nameOf(abi)}.`).join(" ");
    if (first === second) return `The same in ${nameOf(shown)} and ${nameOf(beside)}.`;
    const count = markDifferences(first, second);
    return count === 0 ? "" : `${count} ${count === 1 ? "field differs" : "fields differ"}.`;
  }

  function choose(choice: Choice): void {
    remember(choice.shown);
    show(choice);
    history.replaceState(null, "", `#${addressOf(choice)}`);
  }

  /** Applies the selection in the address; without one, shows the alternative that contains the element that the address names. */
  function follow(): void {
    const hash = fragment();
    const [shown, beside, ...more] = hash.split("...").map(read);
    if (shown && more.length === 0 && (beside || !hash.includes("..."))) {
      remember(shown);
      show({ shown, beside });
      mark(shown.field === undefined ? undefined : visibleRow(shown.field));
      return;
    }
    const target = document.getElementById(hash) ?? undefined;
    const section = target?.closest<HTMLElement>("section[data-abis]");
    if (!section) return;
    const newestOfIt = (section.dataset.abis ?? "").split(" ").at(-1) ?? "";
    const choice = read(newestOfIt);
    if (section.hidden && choice) show({ shown: choice });
    mark(target);
  }

  /** A version and an architecture, which may be followed by a field; undefined if there is no such version with that architecture. */
  function read(text: string): (AbiChoice & { readonly field?: string | undefined }) | undefined {
    const [version = "", arch = "", field] = text.split("/");
    return archesOf(version).includes(arch) ? { version, arch, field } : undefined;
  }

  function visibleRow(field: string): HTMLElement | undefined {
    return sections
      .filter((section) => !section.hidden)
      .flatMap((section) => [...section.querySelectorAll<HTMLElement>("[data-field]")])
      .find((row) => row.dataset.field === field);
  }

  function mark(target: HTMLElement | undefined): void {
    for (const marked of document.querySelectorAll(".marked")) marked.classList.remove("marked");
    target?.classList.add("marked");
    target?.scrollIntoView({ block: "center" });
  }

  addEventListener("hashchange", follow);
  // All alternatives are printed.
  addEventListener("beforeprint", () => {
    for (const section of sections) section.hidden = false;
  });
  addEventListener("afterprint", () => show(current));
  show(current);
  follow();

  function remembered(): AbiChoice | undefined {
    return read(recall());
  }

  /** The newest version on an architecture for which the page has content. */
  function newest(): AbiChoice {
    const all = sections.flatMap((section) => (section.dataset.abis ?? "").split(" "));
    for (const [version] of [...versions].reverse())
      for (const arch of arches) if (all.includes(`${version}/${arch}`)) return { version, arch };
    const [version = "", [arch = ""] = []] = versions.at(-1) ?? ["", []];
    return { version, arch };
  }
}

function nameOf({ version, arch }: AbiChoice): string {
  return `${version} on ${arch}`;
}

function addressOf({ shown, beside }: Choice): string {
  return [shown, ...(beside ? [beside] : [])].map(({ version, arch }) => `${version}/${arch}`).join("...");
}

/** Names the chosen version and architecture in an alternative that covers several, and in what a program imports for it. */
function adapt(section: HTMLElement, abi: AbiChoice): void {
  section.dataset.shown = nameOf(abi);
  const imports = [...section.querySelectorAll("code")].filter(({ textContent }) => textContent?.startsWith("import "));
  const [only] = imports;
  // With several, each is for versions of its own.
  if (only && imports.length === 1)
    only.textContent = only.textContent?.replace(/"ckpt-abi\/.*"/, `"ckpt-abi/${abi.version}/${abi.arch}"`) ?? "";
}

/** Browsers may refuse to store anything for pages from the file system. */
function remember({ version, arch }: AbiChoice): void {
  try {
    sessionStorage.setItem(REMEMBERED, `${version}/${arch}`);
  } catch {}
}

function recall(): string {
  try {
    return sessionStorage.getItem(REMEMBERED) ?? "";
  } catch {
    return "";
  }
}
