const MAX_LENGTH = 10_000;

/**
 * A reason as the database takes it. It may quote anything that a stage or a code host said, and PostgreSQL
 * refuses a text with a zero character in it.
 */
export function reasonText(reason: string): string {
  const text = reason.replaceAll('\0', '\ufffd');
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
