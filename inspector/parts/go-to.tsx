/** A field for the number of a place to go to: an offset, or an address. */
import { useState } from "preact/hooks";
import { numberIn } from "../state/route.js";

interface GoToProps {
  readonly label: string;
  /** The place that is shown. */
  readonly value: string;
  readonly placeholder?: string;
  readonly onGo: (place: bigint) => void;
}

export function GoTo({ label, value, placeholder, onGo }: GoToProps) {
  const [text, setText] = useState<string | undefined>();
  const wanted = text === undefined ? undefined : numberIn(text.trim());
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== undefined) onGo(wanted);
        setText(undefined);
      }}
    >
      <label class="choice">
        {label}
        <input
          value={text ?? value}
          placeholder={placeholder}
          spellcheck={false}
          autocomplete="off"
          aria-invalid={text !== undefined && text.trim() !== "" && wanted === undefined}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
          onBlur={() => setText(undefined)}
        />
      </label>
    </form>
  );
}
