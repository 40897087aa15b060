/** Answers of the engine in components. */
import { useEffect, useState } from "preact/hooks";
import type { Answer, Argument, QuestionName } from "../engine/questions/index.js";
import { ask, keyOf, messageOf, type Session, session } from "./session.js";

export type Pending<T> =
  | { readonly status: "pending" }
  | { readonly status: "done"; readonly value: T }
  | { readonly status: "failed"; readonly reason: string };

/** The answer to a question; asks again when the argument changes. Undefined asks nothing yet. */
export function useAnswer<Name extends QuestionName>(
  name: Name,
  argument: Argument<Name> | undefined,
): Pending<Answer<Name>> {
  const { value: current } = session;
  const key = argument === undefined ? "" : keyOf(name, argument);
  const [state, setState] = useState<State<Name>>({ key: "", session: current, answer: PENDING });
  useEffect(() => {
    if (argument === undefined) return;
    let isWanted = true;
    const set = (answer: Pending<Answer<Name>>) => {
      if (isWanted) setState({ key, session: current, answer });
    };
    ask(name, argument).then(
      (value) => set({ status: "done", value }),
      (error: unknown) => set({ status: "failed", reason: messageOf(error) }),
    );
    return () => {
      isWanted = false;
    };
    // The key stands for the argument.
  }, [key, current]);
  return state.key === key && state.session === current ? state.answer : PENDING;
}

interface State<Name extends QuestionName> {
  readonly key: string;
  /** The image of which it was asked: a change makes another. */
  readonly session: Session;
  readonly answer: Pending<Answer<Name>>;
}

const PENDING: Pending<never> = { status: "pending" };
