/** The bar above the alternatives of a page, in which readers choose a version and an architecture, and others to compare them with. */
export interface AbiChoice {
  readonly version: string;
  readonly arch: string;
}

export interface Choice {
  readonly shown: AbiChoice;
  /** What is shown beside it. */
  readonly beside?: AbiChoice | undefined;
}

export interface AbiBar {
  readonly element: HTMLElement;
  readonly status: HTMLElement;
  show(choice: Choice): void;
}

/**
 * Makes the bar.
 *
 * @param archesOf architectures of a version, from which the bar offers a choice
 * @param choose is called with each choice of the reader
 */
export function makeBar(
  versions: readonly string[],
  archesOf: (version: string) => readonly string[],
  choose: (choice: Choice) => void,
): AbiBar {
  const bar = document.createElement("form");
  bar.className = "selection";
  bar.addEventListener("submit", (event) => event.preventDefault());
  const [version, arch, besideVersion, besideArch] = [
    ["Version", "version"],
    ["Architecture", "architecture"],
    ["Compare with", "version-beside"],
    ["on", "architecture-beside"],
  ].map(([text = "", name = ""]) => {
    const label = document.createElement("label");
    const select = document.createElement("select");
    select.name = name;
    label.append(`${text} `, select);
    bar.append(label);
    return select;
  }) as [HTMLSelectElement, HTMLSelectElement, HTMLSelectElement, HTMLSelectElement];
  besideArch.setAttribute("aria-label", "Architecture to compare with");
  const options = () => versions.map((id) => new Option(id, id)).reverse();
  version.replaceChildren(...options());
  besideVersion.replaceChildren(new Option("nothing", ""), ...options());
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  bar.append(status);

  /** The choice of two selects; an architecture that the version lacks is replaced by one that it has, if possible by `likely`. */
  function read(
    versionSelect: HTMLSelectElement,
    archSelect: HTMLSelectElement,
    likely: string,
  ): AbiChoice | undefined {
    const own = archesOf(versionSelect.value);
    const found = [archSelect.value, likely, own[0]].find((id) => id !== undefined && own.includes(id));
    return found === undefined ? undefined : { version: versionSelect.value, arch: found };
  }

  function fill(versionSelect: HTMLSelectElement, archSelect: HTMLSelectElement, choice: AbiChoice | undefined): void {
    versionSelect.value = choice?.version ?? "";
    archSelect.replaceChildren(...archesOf(versionSelect.value).map((id) => new Option(id, id)));
    archSelect.value = choice?.arch ?? "";
    archSelect.parentElement?.toggleAttribute("hidden", choice === undefined);
  }

  bar.addEventListener("change", () => {
    const shown = read(version, arch, "");
    if (shown) choose({ shown, beside: read(besideVersion, besideArch, shown.arch) });
  });
  return {
    element: bar,
    status,
    show({ shown, beside }) {
      fill(version, arch, shown);
      fill(besideVersion, besideArch, beside);
    },
  };
}
