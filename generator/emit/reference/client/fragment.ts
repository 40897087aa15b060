/** What the address of the page says behind its `#`. An address that nobody made with care is taken as it stands. */
export function fragment(): string {
  const text = location.hash.slice(1);
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
