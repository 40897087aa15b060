import { defineConfig } from "vitest/config";
import { HANG } from "./test/hang.js";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: HANG,
    hookTimeout: HANG,
    teardownTimeout: HANG,
    expect: { poll: { timeout: HANG } },
    pool: "forks",
    // Also on machines with two processors, of which it would leave one idle.
    maxWorkers: "100%",
  },
});
