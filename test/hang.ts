/**
 * Timeout in milliseconds that only a hanging test reaches. Tests never assert durations: that would fail on a busy or slow machine. Speed is
 * measured by `npm run bench`; work is bounded in steps (steps.ts) or bytes.
 */
export const HANG = 3_600_000;
