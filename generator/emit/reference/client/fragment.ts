/** The fragment of the page's address, decoded. One that cannot be decoded is returned unchanged. */
export function fragment(): string {
  const text = location.hash.slice(1);
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
