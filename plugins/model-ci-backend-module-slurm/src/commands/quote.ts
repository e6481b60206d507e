/** One word of a POSIX shell, whatever is in it. */
export function quote(word: string): string {
  if (word.includes('\0')) {
    throw new Error('A word of a command cannot hold a NUL');
  }
  return /^[\w./:=@%+,-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command line for a shell that reads exactly these words. */
export function quoteAll(words: readonly string[]): string {
  return words.map(quote).join(' ');
}
