/** The frame of the page: what is open, the views, and the one that is shown. */
import { useEffect, useRef } from "preact/hooks";
import { address, route } from "../state/route.js";
import { session } from "../state/session.js";
import { GROUPS, VIEWS } from "../views/index.js";
import { Head } from "./head.js";
import { Shown } from "./shown.js";
import { DropTarget, Welcome } from "./welcome.js";
import { Working } from "./working.js";

export function Shell() {
  const { value: current } = session;
  const view = VIEWS.find(({ name }) => name === route.value.view);
  const isOpen = current.status === "open";
  useEffect(() => {
    if (!isOpen && view?.withoutImage) document.title = view.title;
    else
      document.title = isOpen
        ? `${view?.title ?? "No view"} · ${current.name}`
        : "Open an image · checkpoint image ABI";
  }, [isOpen, view]);
  // So that the keys work on what is shown.
  useEffect(() => {
    if (isOpen) document.getElementById("main")?.focus({ preventScroll: true, focusVisible: false } as FocusOptions);
  }, [isOpen]);
  return (
    <div class={isOpen ? "shell" : "shell closed"}>
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        Skip to the content
      </button>
      <Head />
      {isOpen && <Views shown={view?.name} />}
      <main id="main" tabIndex={0} class={`view-${view?.name}`}>
        {!isOpen && !view?.withoutImage ? (
          <Welcome view={view} />
        ) : view ? (
          <Shown key={view.name} view={view} />
        ) : (
          <UnknownView />
        )}
      </main>
      <Working />
      <DropTarget />
    </div>
  );
}

function UnknownView() {
  return (
    <p class="failure" role="alert">
      There is no view {JSON.stringify(route.value.view)}; <a href={address("overview")}>the overview</a> shows what
      there is.
    </p>
  );
}

function Views({ shown }: { readonly shown: string | undefined }) {
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    const current = nav.current?.querySelector<HTMLElement>("[aria-current]");
    // On a narrow page the views are a bar that scrolls sideways.
    if (nav.current && current)
      nav.current.scrollLeft = current.offsetLeft - (nav.current.clientWidth - current.offsetWidth) / 2;
  }, [shown]);
  return (
    <nav ref={nav} aria-label="Views">
      {GROUPS.map((group) => (
        <section key={group}>
          <h2>{group}</h2>
          <ul>
            {VIEWS.filter((view) => view.group === group).map(({ name, title }) => (
              <li key={name}>
                <a href={address(name)} aria-current={name === shown ? "page" : undefined}>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}
