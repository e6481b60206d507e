import type { Client } from '../client/Client';
import { ConsoleFacts, type Frame } from './ConsoleFacts';

/** What one page of a console was. */
export type Page = 'more' | 'complete' | 'gone';

/**
 * Reads the console of one build from its beginning on, page by page. Jenkins leaves out of a page what only its own pages
 * show (annotations), so the next page starts where `X-Text-Size` says, and not at the number of bytes that were read.
 */
export class ConsoleReader {
  readonly facts = new ConsoleFacts();
  /** Of the console as Jenkins stores it. */
  private at = 0;
  private rest = '';

  constructor(
    private readonly client: Pick<Client, 'open'>,
    private readonly build: string,
  ) {}

  /** Reads what is there now. A page that breaks off is read again as a whole, so frames may come twice. */
  async *page(signal: AbortSignal): AsyncGenerator<Frame, Page> {
    const start = String(this.at);
    const response = await this.client.open(
      `${this.build}/logText/progressiveText`,
      { start },
      signal,
    );
    if (!response) {
      return 'gone';
    }
    const size = Number(response.headers.get('x-text-size') ?? NaN);
    const isComplete = response.headers.get('x-more-data') !== 'true';
    if (!Number.isInteger(size)) {
      throw new Error(
        'Jenkins gave a console without X-Text-Size; does a proxy remove it?',
      );
    }
    const rest = yield* this.lines(response, this.rest);
    this.at = size;
    this.rest = rest;
    if (isComplete && rest) {
      this.rest = '';
      const last = this.facts.read(rest);
      if (last) {
        yield last;
      }
    }
    return isComplete ? 'complete' : 'more';
  }

  private async *lines(
    response: { body: AsyncIterable<Uint8Array> | null },
    before: string,
  ): AsyncGenerator<Frame, string> {
    const decoder = new TextDecoder();
    const held = [before];
    for await (const chunk of response.body ?? []) {
      const lines = decoder.decode(chunk, { stream: true }).split('\n');
      for (const line of lines.slice(0, -1)) {
        held.push(line);
        const frame = this.facts.read(held.splice(0).join(''));
        if (frame) {
          yield frame;
        }
      }
      held.push(lines[lines.length - 1]);
    }
    return held.join('') + decoder.decode();
  }
}
