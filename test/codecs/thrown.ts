/** What a function throws, for tests that look at more than the message. */
export function thrown(use: () => unknown): unknown {
  try {
    use();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
