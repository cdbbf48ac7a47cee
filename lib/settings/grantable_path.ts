/**
 * True when a path can stand in a permission flag. Deno splits the value of such a flag at every
 * comma and has no escape, so a comma would grant something else than was meant.
 */
export function isGrantablePath(path: string): boolean {
  return !path.includes(",");
}
