/** The page without an image: how to open one, and how far the reading is. */
import { useEffect, useState } from "preact/hooks";
import { FileChoice } from "../parts/file-choice.js";
import { byteCount } from "../parts/numbers.js";
import { openFiles, SERVED } from "../state/files.js";
import { address, route } from "../state/route.js";
import { refuse, session, stop } from "../state/session.js";
import type { View } from "../views/view.js";

interface WelcomeProps {
  /** The view that the address names, if there is such a view. */
  readonly view: View | undefined;
}

export function Welcome({ view }: WelcomeProps) {
  const { value: current } = session;
  return (
    <div class="welcome">
      <h1>Open a checkpoint image</h1>
      <p class="lead">
        See what is in an image of Linux checkpoint/restart: its processes, their memory and files, and each byte with
        its meaning.
      </p>
      <Wanted view={view} />
      {current.status === "opening" ? <Opening {...current} /> : <Choice />}
      {current.status === "failed" && (
        <p class="failure" role="alert">
          {current.reason}
        </p>
      )}
      <p class="promise">
        {SERVED
          ? "Nothing leaves this machine: ckpt view serves the image to this page only, and the page reads only the parts that you look at."
          : "Nothing is uploaded; this page makes no request. Your browser reads the file, and only the parts that you look at."}{" "}
        <a href={address("about")}>About this page</a>
      </p>
    </div>
  );
}

/** What the address shows, after a reload or as somebody sent it: which image it is of, the page cannot know. */
function Wanted({ view }: WelcomeProps) {
  const { view: name, parameters } = route.value;
  if (location.hash === "" || name === "overview") return null;
  const places = Object.entries(parameters).map(([key, value]) => `${key} ${value}`);
  return (
    <p class="wanted" role="status">
      {view
        ? `The address shows ${[view.title, ...places].join(", ")} of an image: open that image.`
        : `There is no view ${JSON.stringify(name)}, which the address names.`}
    </p>
  );
}

function Choice() {
  return (
    <div class="drop">
      <p>Drop an image here, or two to compare them</p>
      <p class="faint">or</p>
      <FileChoice label="Image" multiple onFiles={openFiles}>
        Choose a file
      </FileChoice>
    </div>
  );
}

function Opening({ name, done, total }: { readonly name: string; readonly done: number; readonly total: number }) {
  return (
    <div class="drop">
      <p>
        Reading the records of <strong>{name}</strong>
      </p>
      <progress max={total || 1} value={done} aria-label="Progress" />
      <p class="faint">
        {byteCount(done)} of {byteCount(total)}
      </p>
      <button type="button" onClick={stop}>
        Stop
      </button>
    </div>
  );
}

/** Takes a file that is dropped anywhere on the page. */
export function DropTarget() {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    // Text that is dropped into a field is for the field.
    const isForField = ({ target }: DragEvent) => target instanceof HTMLInputElement && target.type !== "file";
    const over = (event: DragEvent) => {
      if (isForField(event) && !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0 && isForField(event)) return;
      event.preventDefault();
      setOver(false);
      if (files.length > 0) void openFiles(files);
      else refuse("What was dropped is not a file.");
    };
    addEventListener("dragover", over);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, []);
  return isOver ? <div class="over">Drop the image to open it</div> : null;
}
