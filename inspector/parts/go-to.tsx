/** A field for a place to go to: an offset, or an address. */
import { useState } from "preact/hooks";
import { messageOf } from "../state/session.js";
import { Failure } from "./wait.js";

interface GoToProps {
  readonly label: string;
  /** The place that is shown. */
  readonly value: string;
  readonly placeholder?: string;
  /** The place that a text means. Fails with the reason if it means none. */
  readonly read: (text: string) => Promise<bigint>;
  readonly onGo: (place: bigint) => void;
}

export function GoTo({ label, value, placeholder, read, onGo }: GoToProps) {
  const [text, setText] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const go = async () => {
    if (text === undefined) return;
    try {
      onGo(await read(text.trim()));
      setText(undefined);
      setFailure(undefined);
    } catch (error) {
      setFailure(messageOf(error));
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void go();
      }}
    >
      <label class="choice">
        {label}
        <input
          value={text ?? value}
          placeholder={placeholder}
          spellcheck={false}
          autocomplete="off"
          aria-invalid={failure !== undefined}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            setFailure(undefined);
          }}
        />
      </label>
      <Failure of={failure} />
    </form>
  );
}
