/** Compares `ckpt abi show --all --json` with the measurements of a C compiler. */
import { describe, expect, test } from "vitest";
import type { ShownMember, ShownStruct } from "../../tools/abi/show.js";
import { json } from "../cli/ckpt.js";
import {
  extraMeasurements,
  type FixtureMember,
  type FixtureStruct,
  headerMeasurements,
} from "../codecs/measurements.js";

describe.each(headerMeasurements().map((measured) => [`${measured.version}/${measured.arch}`, measured] as const))(
  "%s",
  (abi, measured) => {
    test("names, offsets, sizes, types and dimensions of everything", async () => {
      const shown = await json<ShownStruct[]>("abi", "show", "--all", "--abi", abi);
      const wanted = new Map([...measured.structs, ...measured.externalStructs]);
      const others = shown.filter(({ external }) => external === "kernel").map(({ name }) => name);
      expect(
        shown
          .map(({ name }) => name)
          .filter((name) => !others.includes(name))
          .sort(),
      ).toEqual([...wanted.keys()].sort());
      for (const struct of shown) {
        const fixture = wanted.get(struct.name);
        if (fixture) compare(struct, fixture);
      }
    });
  },
);

describe.each(extraMeasurements().map((measured) => [measured.column, measured] as const))("%s", (column, measured) => {
  test("the register record that stands outside the headers", async () => {
    const name = column.endsWith("-vsx") ? "ckpt_hdr_cpu_vsx" : "ckpt_hdr_cpu";
    const fixture = measured.structs.get("ckpt_hdr_cpu") as FixtureStruct;
    compare(await json<ShownStruct>("abi", "show", name, "--abi", `v19/${measured.arch}`), fixture);
  });
});

function compare(shown: ShownStruct, fixture: FixtureStruct): void {
  const form = fixture.widths_only ? widthsOnly : (member: Form) => member;
  expect([shown.size, shown.align], shown.name).toEqual([fixture.size, fixture.align]);
  expect(shown.members.map(fromJson).map(form), shown.name).toEqual(fixture.members.map(fromFixture).map(form));
  const covered = shown.members.map(({ offset, size }) => ({ offset, size })).concat(shown.padding);
  // Members and padding together cover every byte of the struct once.
  let end = 0;
  for (const { offset, size } of covered.sort((a, b) => a.offset - b.offset || a.size - b.size)) {
    expect(offset, shown.name).toBe(end);
    end += size;
  }
  expect(end, shown.name).toBe(shown.size);
}

interface Form {
  readonly name: string | null;
  readonly offset: number;
  readonly size: number;
  readonly type: string;
  readonly c_type?: string | undefined;
  readonly dims?: readonly number[] | undefined;
  readonly flexible?: true | undefined;
  readonly element_size?: number | undefined;
  readonly members?: readonly Form[] | undefined;
}

function fromJson(member: ShownMember): Form {
  const { name, offset, size, dims, flexible, element_size } = member;
  const array = { dims, flexible, element_size: flexible && element_size };
  return "kind" in member
    ? { name, offset, size, type: member.kind, ...array, members: member.members.map(fromJson) }
    : { name, offset, size, type: member.type, ...array, c_type: member.c_type };
}

function fromFixture([name, offset, size, type, more = {}]: FixtureMember): Form {
  const isFlexible = more.flexible !== undefined;
  return {
    name,
    offset,
    size,
    type,
    c_type: more.c,
    dims: isFlexible ? [0] : more.dims,
    ...(isFlexible && { flexible: true }),
    element_size: more.flexible,
    members: more.members?.map(fromFixture),
  };
}

/** The member without its signedness, for structs of which only widths were measured. */
function widthsOnly({ type, ...member }: Form): Form {
  return { ...member, type: type.replace(/^s(?=\d)/, "u") };
}
