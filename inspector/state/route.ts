/** What is shown, as the fragment of the address says: `#view=hex&at=0x1234`. */
import { signal } from "@preact/signals";

export type Parameters = Readonly<Record<string, string>>;

export interface Route {
  /** Name of the view. */
  readonly view: string;
  readonly parameters: Parameters;
}

/** Parameters to set; undefined removes one. */
type Changes = Readonly<Record<string, string | undefined>>;

/** View of an address without one. */
const FIRST = "overview";

export const route = signal<Route>(parse(location.hash));

addEventListener("hashchange", () => {
  route.value = parse(location.hash);
});

function parse(fragment: string): Route {
  const { view = FIRST, ...parameters } = Object.fromEntries(new URLSearchParams(fragment.replace(/^#/, "")));
  return { view, parameters };
}

/** Address of a view, for a link. The task that is chosen stays chosen, unless the link names another one, or none with undefined. */
export function address(view: string, parameters: Changes = {}): string {
  const { task } = route.value.parameters;
  return `#${new URLSearchParams({ view, ...given({ task, ...parameters }) })}`;
}

/** Shows a view, and keeps the one before in the history. */
export function show(view: string, parameters: Changes = {}): void {
  location.hash = address(view, parameters);
}

/** Changes parameters of the current view without an entry in the history; undefined removes one. */
export function adjust(changes: Changes): void {
  const { view, parameters } = route.peek();
  route.value = { view, parameters: given({ ...parameters, ...changes }) };
  history.replaceState(null, "", address(view, route.value.parameters));
}

function given(parameters: Changes): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** A number in a parameter, in decimal or hexadecimal; undefined if there is none. */
export function numberIn(text: string | undefined): bigint | undefined {
  return text !== undefined && /^(?:0x[0-9a-f]+|\d+)$/i.test(text) ? BigInt(text) : undefined;
}
