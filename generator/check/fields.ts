/** The keys of a field must fit its type. */
import type { Layouts } from "../layout.js";
import { problemAt, within } from "../load/document.js";
import type { Abi, Field, Model, TypeText } from "../model.js";
import type { Problem } from "../problem.js";
import { isScalar } from "../resolve/structs.js";

export function checkFields(model: Model, layouts: Layouts): Problem[] {
  return model.structs.flatMap((struct) => {
    const abis = (layouts.distinct.get(struct) ?? []).flatMap((distinct) => distinct.abis);
    return [...struct.fields.flatMap(checkField), ...checkRefers(struct.fields, abis, model)];
  });
}

function checkField(field: Field): Problem[] {
  const types = field.type?.values() ?? [];
  return [
    ...checkCount(field, types),
    ...checkIntegers(field, types),
    ...(field.nested?.fields ?? []).flatMap(checkField),
  ];
}

/** A field may refer only to object types that its version has. */
function checkRefers(fields: readonly Field[], abis: readonly Abi[], model: Model): Problem[] {
  return fields.flatMap((field) => {
    const own = abis.filter(field.present);
    const missing = model.objects.flatMap(({ name, number }) => {
      const abi = own.find((one) => number.at(one) === undefined && field.meanings.at(one).refers.includes(name));
      return abi ? [{ name, abi }] : [];
    });
    return [
      ...missing.map(({ name, abi }) =>
        problemAt(within(field.origin, "refers"), {
          rule: "missing-object-type",
          message: `\`${field.key}\` refers to ${name}, which ${abi.version.id} does not have`,
          suggestion: "write a history: from which version on it refers to what",
        }),
      ),
      ...checkRefers(field.nested?.fields ?? [], own, model),
    ];
  });
}

function checkCount(field: Field, types: readonly TypeText[]): Problem[] {
  const flexible = types.some((type) => type.flexible);
  if (flexible && field.count === undefined)
    return [
      problemAt(field.origin, {
        rule: "flexible-without-count",
        message: `the flexible array \`${field.key}\` has no \`count\``,
        suggestion: "add it: the field that holds the number of elements",
      }),
    ];
  if (!flexible && field.count !== undefined)
    return [
      problemAt(within(field.origin, "count"), {
        rule: "count-without-flexible",
        message: `\`${field.key}\` has a \`count\` but is not a flexible array`,
        suggestion: "write its type with empty brackets, or leave the count out",
      }),
    ];
  return [];
}

/** Keys that only integers have: the type must be an integer, and the values must fit it. */
function checkIntegers(field: Field, types: readonly TypeText[]): Problem[] {
  const { statements } = field.meanings;
  const given = INTEGER_KEYS.filter((key) => statements.some((statement) => statement.key === key));
  const other = types.find((type) => !isInteger(type.base));
  if (field.nested || other)
    return given.map((key) =>
      problemAt(within(field.origin, key), {
        rule: "bad-value",
        message: `\`${key}\` is for integers, and \`${field.key}\` is ${field.nested ? `a ${field.nested.kind}` : `of the type \`${other?.base}\``}`,
      }),
    );
  return statements.flatMap(({ key, value, origin: { document, path } }) => {
    if (key !== "const" && key !== "default") return [];
    const narrow = types.find((type) => typeof value !== "bigint" || !fits(value, type.base));
    if (!narrow) return [];
    const message =
      typeof value === "bigint" ? `${value} does not fit the type \`${narrow.base}\`` : `\`${key}\` is not an integer`;
    return [document.problem(path, { rule: "bad-value", message }, "value")];
  });
}

const INTEGER_KEYS = ["enum", "flags", "const", "default", "refers"] as const;

function isInteger(base: string): boolean {
  return isScalar(base) && /^(?:[su]|[lb]e)[0-9]/.test(base);
}

function fits(value: bigint, base: string): boolean {
  const bits = Number(/\d+$/.exec(base)?.[0]);
  return value === (base.startsWith("s") ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value));
}
