const encoder = new TextEncoder();

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  // Most of a log is ASCII, for which no copy has to be made.
  for (let i = 0; i < text.length; i += 1) {
    if (text.charCodeAt(i) > 127) {
      return encoder.encode(text).length;
    }
  }
  return text.length;
}
