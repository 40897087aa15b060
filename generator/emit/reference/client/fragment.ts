/** What the address of the page says behind its `#`. An address that cannot be decoded is taken as it is. */
export function fragment(): string {
  const text = location.hash.slice(1);
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
