/** Tells whether a field lives in the project rather than in the item. */
export function isProjectField(github: string): boolean {
  return github.startsWith("project.");
}
