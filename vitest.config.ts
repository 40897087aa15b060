import { defineConfig } from "vitest/config";
import { HANG } from "./test/hang.js";

/**
 * Test files that need their own process: they replace modules of Node, count steps of functions that must not have been called before, or measure
 * memory. All others share loaded modules, which halves the time.
 */
const ALONE = [
  "test/**/work.test.ts",
  "test/**/killed.test.ts",
  "test/fuzz/headers.test.ts",
  "test/header/{hostile,save}.test.ts",
  "test/property/tails.test.ts",
];

export default defineConfig({
  test: {
    testTimeout: HANG,
    hookTimeout: HANG,
    teardownTimeout: HANG,
    expect: { poll: { timeout: HANG } },
    pool: "forks",
    // Vitest's default would leave one of two processors idle.
    maxWorkers: "100%",
    globalSetup: "test/run-folder.ts",
    projects: [
      { extends: true, test: { name: "together", include: ["test/**/*.test.ts"], exclude: ALONE, isolate: false } },
      { extends: true, test: { name: "alone", include: ALONE } },
    ],
  },
});
