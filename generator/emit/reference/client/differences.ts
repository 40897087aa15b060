/** Marks the fields that differ between two layouts side by side. */

/** Columns of a table of fields that are compared, by position, and how a difference is called. */
const COMPARED = [
  [0, (there: string) => `there at ${there}`],
  [1, (there: string) => `there ${there} bytes`],
  [3, (there: string) => `there ${there}`],
] as const;

export function unmarkDifferences(): void {
  for (const mark of document.querySelectorAll(".difference")) mark.remove();
}

/** Adds a remark to each field that only one side has, or that differs. Returns the number of fields with one. */
export function markDifferences(one: HTMLElement, other: HTMLElement): number {
  const names = new Set([...markSide(one, other), ...markSide(other, one)]);
  return names.size;
}

function markSide(own: HTMLElement, there: HTMLElement): string[] {
  const counterparts = new Map(rowsOf(there).map((row) => [row.dataset.field, row]));
  return rowsOf(own).flatMap((row) => {
    const counterpart = counterparts.get(row.dataset.field);
    const remarks = counterpart
      ? COMPARED.flatMap(([i, text]) =>
          cellText(row, i) === cellText(counterpart, i) ? [] : [text(cellText(counterpart, i))],
        )
      : ["only here"];
    for (const remark of remarks) {
      const mark = document.createElement("span");
      mark.className = `badge difference ${counterpart ? "until" : "since"}`;
      mark.textContent = remark;
      row.cells[2]?.append(" ", mark);
    }
    return remarks.length > 0 ? [row.dataset.field ?? ""] : [];
  });
}

function rowsOf(section: HTMLElement): HTMLTableRowElement[] {
  return [...section.querySelectorAll<HTMLTableRowElement>("tr[data-field]")];
}

function cellText(row: HTMLTableRowElement, i: number): string {
  return row.cells[i]?.textContent?.trim() ?? "";
}
