/** What a result in the log begins with; its path follows, and a newline. */
export function resultLine(marker: string): string {
  return `${marker} result `;
}

/** The archives that follow each other in the log, by path; only those that their end shows to be whole. */
export function parseResults(
  bytes: Buffer,
  marker: string,
): ReadonlyMap<string, Buffer> {
  const results = new Map<string, Buffer>();
  const line = resultLine(marker);
  const kept = Buffer.from(`${marker} kept\n`);
  for (let at = bytes.indexOf(line); at >= 0; ) {
    const next = bytes.indexOf(line, at + line.length);
    const part = bytes.subarray(at + line.length, next < 0 ? undefined : next);
    const pathEnd = part.indexOf('\n');
    const end = part.length - kept.length;
    if (pathEnd >= 0 && end > pathEnd && part.subarray(end).equals(kept)) {
      const path = part.subarray(0, pathEnd).toString();
      results.set(path, part.subarray(pathEnd + 1, end));
    }
    at = next;
  }
  return results;
}
