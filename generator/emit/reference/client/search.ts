/** The search field. The names are loaded when it is used for the first time. */
import type { SearchData } from "./data.js";
import { find, type Match } from "./find.js";
import { load } from "./load.js";

export function startSearch(): void {
  const field = document.querySelector<HTMLInputElement>("#search");
  const list = document.querySelector<HTMLElement>("#results");
  const box = field?.closest<HTMLElement>(".search");
  if (!field || !list || !box) return;
  box.hidden = false;
  const root = document.body.dataset.root ?? "";
  const nothing = document.createElement("p");
  nothing.setAttribute("aria-live", "polite");
  list.after(nothing);
  let data: SearchData | undefined;
  let isLoading = false;
  /** Whether Enter was pressed before the names were there. */
  let isWaiting = false;
  let chosen = -1;

  function hrefOf({ entry: [, , page, anchor] }: Match): string {
    return `${root}${data?.pages[page]}.html${anchor ? `#${encodeURI(anchor)}` : ""}`;
  }

  function update(): void {
    if (!data || !field) return;
    const typed = field.value.trim();
    const found = find(data, typed);
    chosen = found.length > 0 ? 0 : -1;
    list?.replaceChildren(...found.map(optionOf));
    nothing.textContent = typed === "" || found.length > 0 ? "" : `Nothing has the name or number “${typed}”.`;
    open(found.length > 0);
    highlight();
  }

  function begin(): void {
    update();
    if (isLoading) return;
    isLoading = true;
    load("names.js", () => {
      data = (globalThis as { ckptNames?: SearchData }).ckptNames;
      if (document.activeElement === field) update();
      if (isWaiting) follow();
    });
  }

  /** Goes to the chosen result. */
  function follow(): void {
    isWaiting = data === undefined;
    list?.children[chosen]?.querySelector("a")?.click();
    if (data) open(false);
  }

  function optionOf(match: Match, i: number): HTMLElement {
    const item = document.createElement("li");
    item.id = `result-${i}`;
    item.setAttribute("role", "option");
    const link = document.createElement("a");
    link.href = hrefOf(match);
    link.tabIndex = -1;
    const kind = document.createElement("span");
    kind.textContent = match.reason;
    link.append(match.entry[0], kind);
    item.append(link);
    return item;
  }

  function open(isOpen: boolean): void {
    if (list) list.hidden = !isOpen;
    field?.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) field?.removeAttribute("aria-activedescendant");
  }

  function close(): void {
    open(false);
    nothing.textContent = "";
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
  field.addEventListener("focus", begin);
  field.addEventListener("blur", () => setTimeout(close, 200));
  field.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (count > 0) chosen = (chosen + (event.key === "ArrowDown" ? 1 : count - 1)) % count;
      highlight();
      event.preventDefault();
    } else if (event.key === "Enter") {
      follow();
      event.preventDefault();
    } else if (event.key === "Escape") {
      field.value = "";
      close();
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
