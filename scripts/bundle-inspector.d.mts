/** Types of `bundle-inspector.mjs`. */
export function keepInspector(path: string): Promise<void>;
export function bundleInspector(
  reference?: string,
): Promise<{ readonly text: string; readonly inputs: readonly string[] }>;
