/** True when a file can be made and removed in `directory`. */
export function isDirectoryWritable(directory: string): boolean {
  const probe = `${directory}/.probe`;
  try {
    Deno.writeTextFileSync(probe, "");
    Deno.removeSync(probe);
    return true;
  } catch (error) {
    // Gone, read-only, full: whatever the system says, nothing can be kept there.
    if (error instanceof Error) return false;
    throw error;
  }
}
