/**
 * Shows only the layouts and diagrams of one version on one architecture. The fragment of the address selects them: `#v21/powerpc`, and with a field
 * `#v21/powerpc/vm_flags`. The choice is remembered for the next page.
 */
import type { ReferenceData } from "./data.js";
import { fragment } from "./fragment.js";

interface AbiChoice {
  readonly version: string;
  readonly arch: string;
}

const REMEMBERED = "ckpt-reference-abi";

export function startSelection({ versions, arches }: ReferenceData): void {
  const sections = [...document.querySelectorAll<HTMLElement>("section[data-abis]")];
  if (sections.length === 0) return;
  const bar = makeBar();
  const [versionSelect, archSelect, absent] = [bar.version, bar.arch, bar.absent];
  versionSelect.replaceChildren(...versions.map(([id]) => new Option(id, id)).reverse());

  const archesOf = (version: string) => versions.find(([id]) => id === version)?.[1] ?? [];
  const exists = ({ version, arch }: AbiChoice) => archesOf(version).includes(arch);
  const holdsFor = (section: HTMLElement, { version, arch }: AbiChoice) =>
    (section.dataset.abis ?? "").split(" ").includes(`${version}/${arch}`);

  function show(choice: AbiChoice): void {
    versionSelect.value = choice.version;
    archSelect.replaceChildren(...archesOf(choice.version).map((id) => new Option(id, id)));
    archSelect.value = choice.arch;
    let shown = 0;
    for (const section of sections) {
      section.hidden = !holdsFor(section, choice);
      if (!section.hidden) shown++;
    }
    absent.hidden = shown > 0;
    absent.textContent = shown > 0 ? "" : `Not in ${choice.version} on ${choice.arch}.`;
  }

  function choose(choice: AbiChoice): void {
    remember(choice);
    show(choice);
    history.replaceState(null, "", `#${choice.version}/${choice.arch}`);
  }

  /** Applies the selection in the address; false if it has none. */
  function follow(): boolean {
    const hash = fragment();
    const [version = "", arch = "", field] = hash.split("/");
    const choice = { version, arch };
    if (exists(choice)) {
      remember(choice);
      show(choice);
      if (field) visibleRow(field)?.scrollIntoView({ block: "center" });
      mark(field ? visibleRow(field) : undefined);
      return true;
    }
    const section = document.getElementById(hash)?.closest<HTMLElement>("section[data-abis]");
    if (!section) return false;
    const [first = ""] = (section.dataset.abis ?? "").split(" ").reverse();
    const [itsVersion = "", itsArch = ""] = first.split("/");
    if (section.hidden) show({ version: itsVersion, arch: itsArch });
    const target = document.getElementById(hash) ?? undefined;
    target?.scrollIntoView({ block: "center" });
    mark(target);
    return true;
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
  }

  versionSelect.addEventListener("change", () => {
    const own = archesOf(versionSelect.value);
    const arch = own.includes(archSelect.value) ? archSelect.value : (own[0] ?? "");
    choose({ version: versionSelect.value, arch });
  });
  archSelect.addEventListener("change", () => choose({ version: versionSelect.value, arch: archSelect.value }));
  addEventListener("hashchange", follow);
  // All alternatives are printed.
  addEventListener("beforeprint", () => {
    for (const section of sections) section.hidden = false;
  });
  addEventListener("afterprint", () => show({ version: versionSelect.value, arch: archSelect.value }));

  const before = remembered();
  show(before && exists(before) ? before : newest());
  follow();

  /** The newest version on an architecture for which the page has content. */
  function newest(): AbiChoice {
    const all = sections.flatMap((section) => (section.dataset.abis ?? "").split(" "));
    for (const [version] of [...versions].reverse())
      for (const arch of arches) if (all.includes(`${version}/${arch}`)) return { version, arch };
    const [version = "", [arch = ""] = []] = versions.at(-1) ?? ["", []];
    return { version, arch };
  }
}

/** The bar with the two choices, above the first alternatives. */
function makeBar(): { version: HTMLSelectElement; arch: HTMLSelectElement; absent: HTMLElement } {
  const bar = document.createElement("form");
  bar.className = "selection";
  bar.addEventListener("submit", (event) => event.preventDefault());
  const [version, arch] = ["Version", "Architecture"].map((name) => {
    const label = document.createElement("label");
    const select = document.createElement("select");
    select.name = name.toLowerCase();
    label.append(`${name} `, select);
    bar.append(label);
    return select;
  }) as [HTMLSelectElement, HTMLSelectElement];
  const absent = document.createElement("p");
  absent.className = "absent";
  absent.setAttribute("role", "status");
  bar.append(absent);
  document.querySelector(".cases")?.before(bar);
  return { version, arch, absent };
}

/** Browsers may refuse to store anything for pages from the file system. */
function remember({ version, arch }: AbiChoice): void {
  try {
    sessionStorage.setItem(REMEMBERED, `${version}/${arch}`);
  } catch {}
}

function remembered(): AbiChoice | undefined {
  try {
    const [version, arch] = (sessionStorage.getItem(REMEMBERED) ?? "").split("/");
    return version && arch ? { version, arch } : undefined;
  } catch {
    return undefined;
  }
}
