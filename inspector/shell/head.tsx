/** The upper edge: the name of the page or of the image, the search, and another image. */
import { useEffect, useRef } from "preact/hooks";
import { FileChoice } from "../parts/file-choice.js";
import { byteCount } from "../parts/numbers.js";
import { Reference } from "../parts/reference.js";
import { compareWith } from "../state/files.js";
import { address, route, show } from "../state/route.js";
import { close, session } from "../state/session.js";

export function Head() {
  const { value: current } = session;
  return (
    <header>
      <span class="brand">
        <Reference to="index.html">Checkpoint image ABI</Reference>
      </span>
      {current.status === "open" && (
        <>
          <h1>
            <span class="name" title={current.name}>
              {current.name}
            </span>
            <span class="badge">{current.summary.abi}</span>
            {current.changes > 0 && (
              <a class="badge warning" href={address("edit")}>
                changed
              </a>
            )}
            <span class="size">{byteCount(current.summary.size)}</span>
          </h1>
          <Search />
          <FileChoice label="Image to compare with" class="quiet" onFiles={compareWith}>
            Compare…
          </FileChoice>
          <button type="button" class="quiet" onClick={close}>
            Close
          </button>
        </>
      )}
    </header>
  );
}

function Search() {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = (event.target as Element).closest("input, select, textarea");
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  const submit = (event: Event) => {
    event.preventDefault();
    const query = field.current?.value.trim() ?? "";
    if (query !== "") show("search", { query });
  };
  return (
    <form class="search" role="search" onSubmit={submit}>
      <input
        ref={field}
        type="search"
        aria-label="Search names, values, addresses and numbers"
        placeholder="Search names, values, addresses"
        title="The key / goes here"
        aria-keyshortcuts="/"
        spellcheck={false}
        autocomplete="off"
        value={route.value.view === "search" ? (route.value.parameters.query ?? "") : ""}
      />
    </form>
  );
}
