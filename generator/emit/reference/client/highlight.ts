/**
 * Elements that show the same bytes highlight each other under the pointer and the focus: rows of a table, boxes of a diagram, bytes of a hex view.
 * Where two layouts are side by side, so do the rows of the same field.
 */
export function startHighlight(): void {
  let current: HTMLElement | null = null;
  const ownOf = (target: EventTarget | null) =>
    target instanceof Element ? target.closest<HTMLElement>("[data-bytes]") : null;
  // Not pointerover: it is also fired when the page scrolls under a resting pointer, as it does when the focus moves.
  for (const event of ["pointermove", "focusin", "focusout"])
    document.addEventListener(event, ({ target, type }) => {
      const own = type === "focusout" ? null : (ownOf(target) ?? ownOf(document.activeElement));
      if (own === current) return;
      current = own;
      for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
      for (const one of own ? withTwins(own) : []) one.classList.add("lit");
    });
}

/** The elements of its layout that show the bytes of an element, and those of the same field in other visible layouts. */
function withTwins(own: HTMLElement): HTMLElement[] {
  const alike = sameBytes(own);
  const { field } = (alike.find((one) => one.dataset.field !== undefined) ?? own).dataset;
  const twins = [...document.querySelectorAll<HTMLElement>("section:not([hidden]) [data-field]")].filter(
    (row) => row.dataset.field === field && row.closest("section") !== own.closest("section"),
  );
  return [...alike, ...twins.flatMap(sameBytes)];
}

function sameBytes(own: HTMLElement): HTMLElement[] {
  const { start, end } = rangeOf(own);
  if (start === end) return [own];
  const views = own.closest("section, .dump")?.querySelectorAll<HTMLElement>(".bytes, .hex, table") ?? [];
  return [...views].flatMap((view) =>
    view.matches("table") && view.contains(own) ? [own] : showing(view, { start, end }),
  );
}

/** The elements of a view that show exactly these bytes, or else parts of them, or else the fewest bytes around them. */
function showing(view: HTMLElement, { start, end }: Range): HTMLElement[] {
  const all = [...view.querySelectorAll<HTMLElement>("[data-bytes]")].map((element) => ({
    element,
    ...rangeOf(element),
  }));
  const exact = all.filter((one) => one.start === start && one.end === end);
  const inner = all.filter((one) => one.start >= start && one.end <= end);
  const around = all.filter((one) => one.start <= start && one.end >= end);
  const least = Math.min(...around.map((one) => one.end - one.start));
  const found = [exact, inner, around.filter((one) => one.end - one.start === least)].find((list) => list.length > 0);
  return (found ?? []).map(({ element }) => element);
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function rangeOf({ dataset }: HTMLElement): Range {
  const [start = 0, size = 0] = (dataset.bytes ?? "").split("+").map(Number);
  return { start, end: start + size };
}
