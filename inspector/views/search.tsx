/** Finds names, values, addresses and numbers anywhere in the image. */
import { useEffect, useState } from "preact/hooks";
import type { Hit, SearchPlace } from "../engine/questions/search.js";
import { Failure } from "../parts/wait.js";
import { address, adjust, route } from "../state/route.js";
import { ask } from "../state/session.js";
import type { View } from "./view.js";

export const searchView: View = { name: "search", title: "Search", group: "Image", component: Search };

/** Number of hits after which a search waits. */
const ENOUGH = 300;

interface State {
  readonly query: string;
  readonly hits: readonly Hit[];
  /** Where the search goes on; undefined when it has ended. */
  readonly next: SearchPlace | undefined;
  readonly isRunning: boolean;
  readonly failure?: string;
}

function beginOf(query: string): State {
  return { query, hits: [], next: { part: "names" }, isRunning: query !== "" };
}

function Search() {
  const query = route.value.parameters.query ?? "";
  const [known, setState] = useState<State>(beginOf(query));
  // What is known may be of the query before.
  const state = known.query === query ? known : beginOf(query);
  useEffect(() => {
    if (!state.isRunning || !state.next) return;
    let isWanted = true;
    ask("search", { query, at: state.next }).then(
      ({ hits, next }) => {
        const all = [...state.hits, ...hits];
        const crossed = Math.floor(all.length / ENOUGH) > Math.floor(state.hits.length / ENOUGH);
        if (isWanted) setState({ query, hits: all, next, isRunning: next !== undefined && !crossed });
      },
      (error: unknown) => {
        if (isWanted)
          setState({ ...state, isRunning: false, next: undefined, failure: String((error as Error).message) });
      },
    );
    return () => {
      isWanted = false;
    };
  }, [known, query]);
  const { hits, next, isRunning, failure } = state;
  return (
    <>
      <div class="bar">
        <h1>Search</h1>
        <input
          type="search"
          class="find"
          aria-label="Text or number to search for"
          placeholder="name, text, number, 0x address"
          spellcheck={false}
          value={query}
          onChange={({ currentTarget }) => adjust({ query: currentTarget.value || undefined })}
        />
        {query !== "" && (
          <span class="faint" role="status">
            {hits.length} {hits.length === 1 ? "hit" : "hits"}
            {isRunning ? ", searching…" : next ? ", stopped" : ""}
          </span>
        )}
        {isRunning && (
          <button type="button" onClick={() => setState({ ...state, isRunning: false })}>
            Stop
          </button>
        )}
        {!isRunning && next && query !== "" && (
          <button type="button" onClick={() => setState({ ...state, isRunning: true })}>
            Go on
          </button>
        )}
      </div>
      <Failure of={failure} />
      {query === "" && (
        <p class="none">
          A number finds offsets, pids, objects, addresses and values of fields. A text finds names, paths, fields and
          bytes; bytes can also be written as <code>de ad be ef</code>, <code>"text"</code> or <code>u32:0x10</code>.
        </p>
      )}
      {query !== "" && !isRunning && hits.length === 0 && failure === undefined && (
        <p class="none">Nothing was found.</p>
      )}
      <ol class="hits">
        {hits.map(({ kind, title, detail, view, parameters }, i) => (
          <li key={i}>
            <a href={address(view, parameters)}>
              <span class="badge">{kind}</span>
              <strong>{title}</strong>
              <span class="faint">{detail}</span>
            </a>
          </li>
        ))}
      </ol>
    </>
  );
}
