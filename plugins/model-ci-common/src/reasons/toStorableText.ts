/** A text may quote megabytes of a log; nobody reads more of them than this. */
const MAX_LENGTH = 10_000;

/**
 * A text as the database takes it: it may quote anything that a stage or a code host said, and PostgreSQL refuses a text
 * with a zero character in it.
 */
export function toStorableText(text: string, maxLength = MAX_LENGTH): string {
  const storable = text.replaceAll('\0', '\ufffd');
  return storable.length > maxLength
    ? `${storable.slice(0, maxLength)}…`
    : storable;
}
