/** Variables as lines that a shell reads, whatever is in their values. */
export function exportLines(variables: Record<string, string>): string {
  return Object.entries(variables)
    .map(
      ([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`,
    )
    .join('');
}
