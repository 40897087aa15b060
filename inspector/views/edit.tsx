/** Changes fields and memory, and shows what `verify` says of the result. */
import { useState } from "preact/hooks";
import type { ChangeRequest } from "../engine/change.js";
import type { CheckResult } from "../engine/checks.js";
import type { Change } from "../engine/opened.js";
import { Checking } from "../parts/checking.js";
import { Finding } from "../parts/finding.js";
import { hex } from "../parts/numbers.js";
import { chosenPid, TaskChoice } from "../parts/task-choice.js";
import { Failure, Wait } from "../parts/wait.js";
import { useAnswer } from "../state/answer.js";
import { address, adjust, route } from "../state/route.js";
import { change, messageOf, undo } from "../state/session.js";
import type { View } from "./view.js";

export const edit: View = { name: "edit", title: "Edit", group: "Actions", ofTask: true, component: Edit };

function Edit() {
  const [failure, setFailure] = useState<string>();
  const made = useAnswer("changes", null);
  const run = (changing: Promise<void>) => {
    setFailure(undefined);
    changing.catch((error: unknown) => setFailure(messageOf(error)));
  };
  return (
    <>
      <div class="bar">
        <h1>Edit</h1>
        <TaskChoice />
      </div>
      <p class="none">
        Changes are kept in this page until you <a href={address("save")}>save the image</a>. The file on your disk
        stays as it is.
      </p>
      <FieldForm onChange={(request) => run(change(request))} />
      <MemoryForm onChange={(request) => run(change(request))} />
      <Failure of={failure} />
      <Wait of={made}>{(changes) => <Made changes={changes} onUndo={() => run(undo())} />}</Wait>
    </>
  );
}

interface FormProps {
  readonly onChange: (request: ChangeRequest) => void;
}

function FieldForm({ onChange }: FormProps) {
  const path = route.value.parameters.field ?? "";
  const found = useAnswer("fields", path.trim() === "" ? undefined : { path: path.trim() });
  const tasks = useAnswer("tasks", null);
  const [first] = tasks.status === "done" ? tasks.value : [];
  const [own, setOwn] = useState<string>();
  const [force, setForce] = useState(false);
  const [only, ...others] = found.status === "done" ? found.value : [];
  const isOne = only !== undefined && others.length === 0;
  const isTooLong = isOne && only.text === undefined;
  return (
    <form
      class="edit-form"
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ kind: "field", path: path.trim(), value: own ?? only?.text ?? "", force });
        setOwn(undefined);
      }}
    >
      <h2>A field</h2>
      <label>
        <span>Path</span>
        <input
          class="wide"
          value={path}
          placeholder={first === undefined ? "container.…" : `task[pid=${first.pid}].comm`}
          spellcheck={false}
          autocomplete="off"
          onChange={({ currentTarget }) => {
            adjust({ field: currentTarget.value || undefined });
            setOwn(undefined);
          }}
        />
      </label>
      <label>
        <span>Value</span>
        <input
          class="wide"
          value={own ?? (isOne ? (only.text ?? "") : "")}
          disabled={!isOne || isTooLong}
          spellcheck={false}
          autocomplete="off"
          onInput={({ currentTarget }) => setOwn(currentTarget.value)}
        />
      </label>
      <p class="note" role="status">
        {found.status === "failed" && path.trim() !== "" && <span class="bad">{found.reason}</span>}
        {isOne && (
          <span class="faint">
            {only.type}, {only.size} bytes at{" "}
            <a href={address("hex", { at: hex(only.offset) })}>offset {hex(only.offset)}</a>
            {isTooLong && "; too long to be changed here, which ckpt set can"}
          </span>
        )}
      </p>
      {others.length > 0 && (
        <ul class="choices" aria-label="Fields at this path">
          {[only, ...others].map(
            (row) =>
              row && (
                <li key={row.path}>
                  <button type="button" class="quiet" onClick={() => adjust({ field: row.path })}>
                    <code>{row.path}</code> <span class="faint">{row.text}</span>
                  </button>
                </li>
              ),
          )}
        </ul>
      )}
      <div class="row">
        <button type="submit" disabled={!isOne || isTooLong}>
          Change the field
        </button>
        <label class="check">
          <input type="checkbox" checked={force} onChange={({ currentTarget }) => setForce(currentTarget.checked)} />
          also padding and fixed values
        </label>
      </div>
    </form>
  );
}

function MemoryForm({ onChange }: FormProps) {
  const place = route.value.parameters.address ?? "";
  const [bytes, setBytes] = useState(route.value.parameters.bytes ?? "");
  return (
    <form
      class="edit-form"
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ kind: "memory", pid: chosenPid(), address: place.trim(), bytes });
      }}
    >
      <h2>Memory of {chosenPid() === undefined ? "the task" : `task ${chosenPid()}`}</h2>
      <label>
        <span>Address</span>
        <input
          class="wide"
          value={place}
          placeholder="0x804f000, [stack]+0x40 or $sp"
          spellcheck={false}
          autocomplete="off"
          onChange={({ currentTarget }) => adjust({ address: currentTarget.value || undefined })}
        />
      </label>
      <label>
        <span>Bytes</span>
        <input
          class="wide"
          value={bytes}
          placeholder={'deadbeef, "text" or u32:1,2'}
          spellcheck={false}
          autocomplete="off"
          onInput={({ currentTarget }) => setBytes(currentTarget.value)}
        />
      </label>
      <div class="row">
        <button type="submit" disabled={place.trim() === "" || bytes.trim() === ""}>
          Change the memory
        </button>
      </div>
    </form>
  );
}

interface MadeProps {
  readonly changes: readonly Change[];
  readonly onUndo: () => void;
}

function Made({ changes, onUndo }: MadeProps) {
  if (changes.length === 0) return null;
  return (
    <section aria-label="Changes">
      <div class="bar">
        <h2>Changes</h2>
        <button type="button" onClick={onUndo}>
          Undo the last one
        </button>
        <a href={address("save")}>Save</a>
        <a href={address("compare")}>Compare</a>
      </div>
      <ol class="changes">
        {changes.map(({ what, before, after, warnings, offset }, i) => (
          <li key={i}>
            <p>
              <a href={address("hex", { at: hex(offset) })}>
                <code>{what}</code>
              </a>{" "}
              <del>{before}</del> <ins>{after}</ins>
            </p>
            {warnings.map((warning, k) => (
              <p key={k} class="warn">
                {warning}
              </p>
            ))}
          </li>
        ))}
      </ol>
      <h2>What verify finds now</h2>
      <Checking name="ofChanges">{(found) => <NewFindings rows={found} />}</Checking>
    </section>
  );
}

function NewFindings({ rows }: { readonly rows: CheckResult<"ofChanges"> }) {
  if (rows.length === 0) return <p class="none good">Nothing that it did not find before.</p>;
  return (
    <ol class="findings new-findings">
      {rows.map((row, i) => (
        <Finding key={i} {...row} />
      ))}
    </ol>
  );
}
