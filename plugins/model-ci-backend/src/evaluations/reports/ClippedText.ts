/** Keeps the beginning and the end of a long text, where stack traces say what matters. */
export class ClippedText {
  #head = '';
  #tail = '';
  #dropped = 0;

  constructor(private readonly max: number) {}

  add(text: string): void {
    const room = this.max / 2 - this.#head.length;
    this.#head += text.slice(0, Math.max(0, room));
    const rest = text.slice(Math.max(0, room));
    if (!rest) return;
    const tail = this.#tail + rest;
    const over = Math.max(0, tail.length - this.max / 2);
    this.#dropped += over;
    this.#tail = tail.slice(over);
  }

  read(): string {
    const gap =
      this.#dropped > 0 ? `\n… ${this.#dropped} characters left out …\n` : '';
    return clean(this.#head + gap + this.#tail, Infinity).trim();
  }
}

const MEANINGFUL_CONTROLS = '\t\n\r\u001b';

/** PostgreSQL stores no NUL; other control characters but line breaks, tabs and ANSI colours say nothing. */
export function clean(text: string, max: number): string {
  const clipped = text.length > max ? `${text.slice(0, max - 1)}…` : text;
  return clipped.replace(/\p{Cc}/gu, character =>
    MEANINGFUL_CONTROLS.includes(character) ? character : '\uFFFD',
  );
}
