/** Makes buttons of what readers may want to copy: names, offsets, values, blocks of code. */
export function startCopy(): void {
  const told = document.createElement("p");
  told.className = "told";
  told.setAttribute("aria-live", "polite");
  document.body.append(told);

  /** Puts the content of an element into a button that copies its text. */
  function makeButton(element: Element): void {
    if (element.textContent === "" || element.closest("a") || element.querySelector("a, button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.title = "Copy";
    button.append(...element.childNodes);
    button.addEventListener("click", () => copy(button, element));
    element.append(button);
  }

  /** Copies the text of an element. Where the browser refuses, the text is selected instead. */
  async function copy(button: HTMLElement, element: Element): Promise<void> {
    try {
      await navigator.clipboard.writeText((element.textContent ?? "").trim());
      told.textContent = "Copied";
      button.classList.add("copied");
    } catch {
      getSelection()?.selectAllChildren(element);
      told.textContent = "Selected, not copied";
    }
    setTimeout(() => {
      told.textContent = "";
      button.classList.remove("copied");
    }, 1500);
  }

  for (const head of document.querySelectorAll<HTMLTableCellElement>("th[data-copy]"))
    for (const { cells } of head.closest("table")?.tBodies[0]?.rows ?? []) {
      const cell = cells[head.cellIndex];
      if (cell) makeButton(cell.querySelector("code") ?? cell);
    }
  for (const code of document.querySelectorAll("code[data-copy]")) makeButton(code);
  for (const code of document.querySelectorAll("pre > code")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-all";
    button.textContent = "Copy";
    button.addEventListener("click", () => copy(button, code));
    code.before(button);
  }
}
