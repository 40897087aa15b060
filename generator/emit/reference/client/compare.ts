/**
 * The comparison of two versions. The fragment of the address selects them: `#v19...v21`, and with an architecture `#v19...v21/x86_64`. The facts are
 * loaded for this page only.
 */
import { changeCount, changelog, type Pair } from "../changelog.js";
import { changesBetween, type Facts, FactTable } from "../changes.js";
import { type Block, heading, paragraph } from "../content.js";
import { renderBlocks } from "../html.js";
import { fragment } from "./fragment.js";
import { load } from "./load.js";

interface ComparisonChoice extends Pair {
  /** Id of an architecture; empty for all that both versions have. */
  readonly arch: string;
}

export function startComparison(): void {
  const widget = document.querySelector<HTMLElement>('[data-widget="compare"]');
  if (!widget) return;
  load("compare.js", () => {
    const { ckptFacts } = globalThis as { ckptFacts?: Facts };
    if (ckptFacts) fill(widget, new FactTable(ckptFacts));
  });
}

function fill(widget: HTMLElement, table: FactTable): void {
  const { versions } = table.facts;
  const form = document.createElement("form");
  form.className = "selection";
  form.addEventListener("submit", (event) => event.preventDefault());
  const [from, to, arch] = ["From", "To", "Architecture"].map((name) => {
    const label = document.createElement("label");
    const select = document.createElement("select");
    select.name = name.toLowerCase();
    label.append(`${name} `, select);
    form.append(label);
    return select;
  }) as [HTMLSelectElement, HTMLSelectElement, HTMLSelectElement];
  for (const select of [from, to]) select.replaceChildren(...versions.map((id) => new Option(id, id)).reverse());
  const swap = document.createElement("button");
  swap.type = "button";
  swap.textContent = "Swap";
  form.append(swap);
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  status.setAttribute("aria-live", "polite");
  const result = document.createElement("div");
  widget.replaceChildren(form, status, result);

  function show(choice: ComparisonChoice): void {
    const common = table.common(choice.from, choice.to);
    from.value = choice.from;
    to.value = choice.to;
    arch.replaceChildren(new Option("all", ""), ...common.map((id) => new Option(id, id)));
    arch.value = choice.arch;
    const compared = choice.arch === "" ? common : [choice.arch];
    const changes = changesBetween(table, choice.from, choice.to, compared);
    const where = compared.length === 0 ? "no architecture: none has both" : compared.join(", ");
    const count = changes.length === 0 ? "Everything is the same" : changeCount(changes);
    status.textContent = `From ${choice.from} to ${choice.to} on ${where}. ${count}.`;
    const blocks: Block[] = [
      heading(2, "section-result", `From ${choice.from} to ${choice.to}`),
      ...(choice.arch === "" ? onlyOne(table, choice) : []),
      ...changelog(changes, choice, "changes"),
    ];
    // All texts were escaped when the blocks were rendered.
    result.innerHTML = renderBlocks("versions/compare", blocks);
    // A link to a heading would remove the selection from the address.
    for (const anchor of result.querySelectorAll(".anchor")) anchor.remove();
  }

  function choose(choice: ComparisonChoice): void {
    const isCommon = table.common(choice.from, choice.to).includes(choice.arch);
    const possible = { ...choice, arch: isCommon ? choice.arch : "" };
    show(possible);
    history.replaceState(null, "", addressOf(possible));
  }

  /** Shows the comparison that the address selects; false if it selects none. */
  function follow(): boolean {
    const choice = read(table, fragment());
    if (choice) show(choice);
    return choice !== undefined;
  }

  const current = (): ComparisonChoice => ({ from: from.value, to: to.value, arch: arch.value });
  form.addEventListener("change", () => choose(current()));
  swap.addEventListener("click", () => choose({ from: to.value, to: from.value, arch: arch.value }));
  addEventListener("hashchange", follow);
  if (!follow()) show({ from: versions.at(-2) ?? versions[0] ?? "", to: versions.at(-1) ?? "", arch: "" });
}

function addressOf({ from, to, arch }: ComparisonChoice): string {
  return `#${from}...${to}${arch === "" ? "" : `/${arch}`}`;
}

function read(table: FactTable, hash: string): ComparisonChoice | undefined {
  const [, from = "", to = "", arch = ""] = /^(.+)\.\.\.([^/]+)(?:\/(.+))?$/.exec(hash) ?? [];
  const { versions } = table.facts;
  if (!versions.includes(from) || !versions.includes(to)) return undefined;
  return { from, to, arch: table.common(from, to).includes(arch) ? arch : "" };
}

/** A note on architectures that only one of the versions has, which were not compared. */
function onlyOne(table: FactTable, { from, to }: Pair): Block[] {
  const common = table.common(from, to);
  return [from, to].flatMap((version) => {
    const own = table.archesOf(version).filter((arch) => !common.includes(arch));
    return own.length > 0 ? [paragraph(`Only ${version} has ${own.join(", ")}.`)] : [];
  });
}
