/** Data of generated modules as a program. Plain JavaScript, because the build uses it. */

/**
 * A program with the value. JSON has no bigints, so values that contain one are split.
 *
 * @param refer returns the program for a value that JSON can express
 */
export function programOf(value, refer) {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (!holdsBigint(value)) return refer(value);
  if (Array.isArray(value)) return `[${value.map((item) => programOf(item, refer)).join()}]`;
  return `{${Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${programOf(item, refer)}`)}}`;
}

function holdsBigint(value) {
  if (typeof value !== "object" || value === null) return typeof value === "bigint";
  return Object.values(value).some(holdsBigint);
}

/** The text of a generated index in which each descriptor is made on first use, by a function that has the name of the descriptor. */
export function withDescriptorsOnDemand(text) {
  return text
    .replace(/descriptor: (descriptor_\w+)/g, "get descriptor() { return $1(); }")
    .replace(/\(\) => (descriptor_\w+)/g, "$1");
}
