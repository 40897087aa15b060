/**
 * Milliseconds that only something that hangs takes. A test never says how fast something is: on a busy or slow machine that would fail. Speed is
 * measured by `npm run bench`, work is bounded in steps (steps.ts) or bytes.
 */
export const HANG = 3_600_000;
