/** Files that can be made of the image and saved. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { FindingRow } from "../engine/checks.js";
import { Checking } from "../parts/checking.js";
import { chosenPid } from "../parts/task-choice.js";
import { Failure } from "../parts/wait.js";
import { useAnswer } from "../state/answer.js";
import { address, adjust } from "../state/route.js";
import { messageOf, save, session } from "../state/session.js";
import type { View } from "./view.js";

export const saveView: View = { name: "save", title: "Save", group: "Actions", ofTask: true, component: Save };

function Save() {
  const { value: current } = session;
  const [failure, setFailure] = useState<string>();
  const [registers, setRegisters] = useState(false);
  const [paths, setPaths] = useState(false);
  const [shownPaths, setShownPaths] = useState(false);
  const [name, changes] = current.status === "open" ? [current.name, current.changes] : ["image", 0];
  const stem = name.replace(/\.(?:img|ckpt)$/i, "");
  const run = (...args: Parameters<typeof save>) => {
    setFailure(undefined);
    save(...args).catch((error: unknown) => setFailure(messageOf(error)));
  };
  return (
    <>
      <div class="bar">
        <h1>Save</h1>
      </div>
      <p class="none">Each file is made in your browser, with the bytes that the command writes.</p>
      <Failure of={failure} />
      <ul class="products">
        <Item
          title="The image"
          doc={changes === 0 ? "It has no changes." : `It has ${changes} ${changes === 1 ? "change" : "changes"}.`}
          command="ckpt set, ckpt poke"
          onSave={() => run({ kind: "image" }, changes === 0 ? name : `${stem}.changed.img`)}
        >
          {changes > 0 && (
            <Checking name="ofChanges">{(found) => <Warning errors={found.filter(isError).length} />}</Checking>
          )}
        </Item>
        <CoreItem onSave={(pid) => run({ kind: "core", pid }, `core.${pid}`)} />
        <Item
          title="A stripped image"
          doc="Without the memory and the data of its tasks, so that it can be shown to others."
          command="ckpt strip"
          onSave={() => run({ kind: "stripped", registers, paths }, `${stem}.stripped.img`)}
        >
          <Check label="without registers" value={registers} onChange={setRegisters} />
          <Check label="without paths and names" value={paths} onChange={setPaths} />
        </Item>
        <Item
          title="A report"
          doc="Markdown that can be posted: what the image is and what is wrong with it, without its contents."
          command="ckpt report"
          onSave={() => run({ kind: "report", paths: shownPaths }, `${stem}.report.md`)}
        >
          <Check label="with paths and names" value={shownPaths} onChange={setShownPaths} />
        </Item>
        <Item
          title="JSON text"
          doc="All records and fields; ckpt encode makes the image of it again."
          command="ckpt decode"
          onSave={() => run({ kind: "text" }, `${stem}.json`)}
        />
      </ul>
    </>
  );
}

function isError({ severity }: FindingRow): boolean {
  return severity === "error";
}

/** Says that the changes made errors: a kernel may refuse the image. */
function Warning({ errors }: { readonly errors: number }) {
  if (errors === 0) return null;
  return (
    <span class="bad" role="status">
      ckpt verify finds {errors === 1 ? "an error" : `${errors} errors`} in it that the file does not have:{" "}
      <a href={address("edit")}>see</a>
    </span>
  );
}

interface ItemProps {
  readonly title: string;
  readonly doc: string;
  /** The command that writes the same. */
  readonly command: string;
  readonly onSave: () => void;
  readonly isDisabled?: boolean;
  readonly children?: ComponentChildren;
}

function Item({ title, doc, command, onSave, isDisabled, children }: ItemProps) {
  return (
    <li class="panel">
      <h2>{title}</h2>
      <p>{doc}</p>
      <div class="row">
        <button type="button" disabled={isDisabled} aria-label={`Save: ${title}`} onClick={onSave}>
          Save
        </button>
        {children}
        <code class="faint">{command}</code>
      </div>
    </li>
  );
}

function CoreItem({ onSave }: { readonly onSave: (pid: number) => void }) {
  const tasks = useAnswer("tasks", null);
  const all = tasks.status === "done" ? tasks.value.filter(({ memory }) => memory) : [];
  const pid = chosenPid() ?? all.find(({ isThread }) => !isThread)?.pid;
  return (
    <Item
      title="A core"
      doc="A process for gdb and other debuggers, with all its threads."
      command="ckpt core"
      isDisabled={pid === undefined}
      onSave={() => pid !== undefined && onSave(pid)}
    >
      <label class="choice">
        Process of
        <select value={String(pid)} onChange={({ currentTarget }) => adjust({ task: currentTarget.value })}>
          {all.slice(0, MAX_OPTIONS).map(({ pid, name, isThread }, i) => (
            <option key={i} value={String(pid)}>
              {isThread ? `{${pid} ${name}}` : `${pid} ${name}`}
            </option>
          ))}
        </select>
      </label>
    </Item>
  );
}

/** Maximum number of tasks in the menu. */
const MAX_OPTIONS = 2000;

interface CheckProps {
  readonly label: string;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
}

function Check({ label, value, onChange }: CheckProps) {
  return (
    <label class="check">
      <input type="checkbox" checked={value} onChange={({ currentTarget }) => onChange(currentTarget.checked)} />
      {label}
    </label>
  );
}
