/** The search field. Names that begin with the typed text come first, then those that contain it, then those that contain its letters in order. */
import type { ReferenceData, SearchEntry } from "./data.js";

const MAX_RESULTS = 30;

export function startSearch({ pages, entries }: ReferenceData): void {
  const field = document.querySelector<HTMLInputElement>("#search");
  const list = document.querySelector<HTMLElement>("#results");
  const box = field?.closest<HTMLElement>(".search");
  if (!field || !list || !box) return;
  box.hidden = false;
  const root = document.body.dataset.root ?? "";
  let chosen = -1;

  function hrefOf([, , page, anchor]: SearchEntry): string {
    return `${root}${pages[page]}.html${anchor === undefined ? "" : `#${encodeURI(anchor)}`}`;
  }

  function update(): void {
    const found = find(entries, (field as HTMLInputElement).value.trim());
    chosen = found.length > 0 ? 0 : -1;
    list?.replaceChildren(...found.map(optionOf));
    open(found.length > 0);
    highlight();
  }

  function optionOf(entry: SearchEntry, i: number): HTMLElement {
    const item = document.createElement("li");
    item.id = `result-${i}`;
    item.setAttribute("role", "option");
    const link = document.createElement("a");
    link.href = hrefOf(entry);
    link.tabIndex = -1;
    const kind = document.createElement("span");
    kind.textContent = entry[1];
    link.append(entry[0], kind);
    item.append(link);
    return item;
  }

  function open(isOpen: boolean): void {
    if (list) list.hidden = !isOpen;
    field?.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) field?.removeAttribute("aria-activedescendant");
  }

  function highlight(): void {
    for (const [i, item] of [...(list?.children ?? [])].entries()) {
      item.setAttribute("aria-selected", String(i === chosen));
      if (i !== chosen) continue;
      item.scrollIntoView({ block: "nearest" });
      field?.setAttribute("aria-activedescendant", item.id);
    }
  }

  field.addEventListener("input", update);
  field.addEventListener("focus", update);
  field.addEventListener("blur", () => setTimeout(() => open(false), 200));
  field.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (count > 0) chosen = (chosen + (event.key === "ArrowDown" ? 1 : count - 1)) % count;
      highlight();
      event.preventDefault();
    } else if (event.key === "Enter") {
      list.children[chosen]?.querySelector("a")?.click();
      open(false);
      event.preventDefault();
    } else if (event.key === "Escape") {
      field.value = "";
      open(false);
      field.blur();
    }
  });
  addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof Element && event.target.closest("input, select, textarea");
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}

/** The best matches, best first. */
export function find(entries: readonly SearchEntry[], typed: string): readonly SearchEntry[] {
  if (typed === "") return [];
  const wanted = typed.toLowerCase();
  const ranked = entries.flatMap((entry): { entry: SearchEntry; rank: number }[] => {
    // Names of records and structs may differ only in case.
    const rank = entry[0] === typed ? -1 : rankOf(entry[0].toLowerCase(), wanted);
    return rank === undefined ? [] : [{ entry, rank }];
  });
  ranked.sort((a, b) => a.rank - b.rank || a.entry[0].length - b.entry[0].length || (a.entry[0] < b.entry[0] ? -1 : 1));
  return ranked.slice(0, MAX_RESULTS).map(({ entry }) => entry);
}

/** Rank of a match; smaller is better, undefined is no match. */
function rankOf(name: string, wanted: string): number | undefined {
  if (name === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  const at = name.indexOf(wanted);
  // At the beginning of a word: after a dot, an underscore or a space.
  if (at > 0 && /[._ ]/.test(name[at - 1] ?? "")) return 2;
  if (at > 0) return 3;
  let next = 0;
  for (const character of name) if (character === wanted[next]) next++;
  return next === wanted.length && wanted.length > 2 ? 4 : undefined;
}
