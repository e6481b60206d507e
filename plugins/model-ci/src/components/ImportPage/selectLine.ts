/** Selects a line of a text field and brings it into view. */
export function selectLine(
  field: HTMLTextAreaElement | null,
  line: number,
): void {
  if (!field) {
    return;
  }
  const lines = field.value.split('\n');
  const start = lines
    .slice(0, line - 1)
    .reduce((sum, text) => sum + text.length + 1, 0);
  field.focus();
  field.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  // Browsers do not scroll to a selection by themselves.
  field.scrollTop = (field.scrollHeight / lines.length) * Math.max(0, line - 3);
}
