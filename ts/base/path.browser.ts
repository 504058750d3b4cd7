/** The URL that a place names, as text. */
export function toPath(place: string | URL): string {
  return String(place);
}
