import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openImage } from "../../tools/image/image.js";
import { MemorySource } from "../../tools/image/index.js";
import { type Finding, type RestartTarget, RULES, verify } from "../../tools/verify/index.js";
import { makeBytes } from "../make-image/make.js";
import { Altered } from "./altered.js";
import type { Case } from "./case.js";
import { files, terminals } from "./cases/files.js";
import { framing } from "./cases/framing.js";
import { header } from "./cases/header.js";
import { ipc } from "./cases/ipc.js";
import { kernel } from "./cases/kernel.js";
import { memory, pages } from "./cases/memory.js";
import { pids } from "./cases/pids.js";
import { references } from "./cases/references.js";
import { restart } from "./cases/restart.js";
import { credentials, signals } from "./cases/signals.js";
import { socketQueues, sockets } from "./cases/sockets.js";
import { processes, registers, tasks } from "./cases/tasks.js";
import { texts } from "./cases/texts.js";
import { values } from "./cases/values.js";

const CASES: Readonly<Record<string, readonly Case[]>> = {
  framing,
  values,
  texts,
  references,
  header,
  pids,
  tasks,
  processes,
  registers,
  memory,
  pages,
  files,
  terminals,
  sockets,
  socketQueues,
  ipc,
  signals,
  credentials,
  restart,
  kernel,
};

/** Requires an image of 100 MB, which `limits.test.ts` makes. */
const ELSEWHERE = ["too-many-tasks"];

const images = new Map<string, { bytes: Uint8Array; abi: string }>();

function imageOf(name: string): { bytes: Uint8Array; abi: string } {
  let image = images.get(name);
  if (!image) {
    image = name.endsWith(".img")
      ? { bytes: fixture(name), abi: abiOf(name) }
      : { bytes: makeBytes({ abi: name }), abi: name };
    images.set(name, image);
  }
  return image;
}

function abiOf(name: string): string {
  const arch = /^(x86_64|s390x)-/.exec(name)?.[1] ?? "x86_32";
  return `${name.startsWith("v16") ? "v16" : "v19"}/${arch}`;
}

function targetOf(target: Case["target"]): RestartTarget | undefined {
  if (!target?.like) return target as RestartTarget | undefined;
  const { bytes, abi } = imageOf(target.like);
  return { ...target, like: openImage(new MemorySource(bytes), { abi }) };
}

function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../fixtures/images/${name}`, import.meta.url)));
}

describe.each(Object.entries(CASES))("%s", (_, cases) => {
  it.each(cases.map((one) => ({ ...one, title: `${one.rule} ${one.what ?? ""} (${one.image})` })))(
    "$title",
    ({ rule, severity = RULES.find(({ id }) => id === rule)?.severity, also = [], image, target, alter }) => {
      const { bytes, abi } = imageOf(image);
      const altered = new Altered(bytes, abi);
      const at = alter(altered);
      const { findings } = verify(altered.format, new MemorySource(altered.bytes), { target: targetOf(target) });
      const own = findings.filter((finding) => finding.rule === rule);
      expect(findings.map(brief)).toContainEqual({ rule, severity, at });
      const others = findings.filter((finding) => finding.rule !== rule).map((finding) => finding.rule);
      expect([...new Set(others)].sort()).toEqual([...also].filter((id) => id !== rule).sort());
      expect(own.length).toBe(also.includes(rule) ? own.length : 1);
    },
  );
});

it("every rule has a case", () => {
  const tested = Object.values(CASES).flatMap((cases) => cases.map(({ rule }) => rule));
  expect(RULES.map(({ id }) => id).filter((id) => !tested.includes(id))).toEqual(ELSEWHERE);
});

it("rules have stable names and say what holds", () => {
  const ids = RULES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, holds } of RULES) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(holds).toMatch(/^[A-Z`].*\.$/);
  }
});

function brief({ rule, severity, at }: Finding): Pick<Finding, "rule" | "severity" | "at"> {
  return { rule, severity, at };
}
