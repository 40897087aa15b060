/** Loads a script from the root of the reference. It sets a global variable, since pages from a file system may not fetch data. */
export function load(file: string, then: () => void): void {
  const script = document.createElement("script");
  script.src = `${document.body.dataset.root ?? ""}${file}`;
  script.addEventListener("load", then);
  document.head.append(script);
}
