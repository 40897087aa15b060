/** Answers of the engine in components. */
import { useEffect, useState } from "preact/hooks";
import type { Answer, Argument, QuestionName } from "../engine/questions/index.js";
import { ask, keyOf } from "./session.js";

export type Pending<T> =
  | { readonly status: "pending" }
  | { readonly status: "done"; readonly value: T }
  | { readonly status: "failed"; readonly reason: string };

/** The answer to a question; asks again when the argument changes. Undefined asks nothing yet. */
export function useAnswer<Name extends QuestionName>(
  name: Name,
  argument: Argument<Name> | undefined,
): Pending<Answer<Name>> {
  const key = argument === undefined ? "" : keyOf(name, argument);
  const [state, setState] = useState<{ key: string; answer: Pending<Answer<Name>> }>({ key: "", answer: PENDING });
  useEffect(() => {
    if (argument === undefined) return;
    let isWanted = true;
    const set = (answer: Pending<Answer<Name>>) => {
      if (isWanted) setState({ key, answer });
    };
    ask(name, argument).then(
      (value) => set({ status: "done", value }),
      (error: unknown) => set({ status: "failed", reason: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      isWanted = false;
    };
    // The key stands for the argument.
  }, [key]);
  return state.key === key ? state.answer : PENDING;
}

const PENDING: Pending<never> = { status: "pending" };
