/** Jenkins has answered, and with something else than was asked for. */
export class JenkinsError extends Error {
  readonly name = 'JenkinsError';

  constructor(
    readonly call: string,
    readonly status: number,
    readonly said: string,
  ) {
    super(`Jenkins answered ${call} with ${status}: ${said}`);
  }
}

const LONGEST = 300;

/** The words of an answer, which are often those of an HTML page. */
export function wordsOf(body: string): string {
  const title = /<title>([^<]*)<\/title>/i.exec(body)?.[1] ?? '';
  const text = body
    .replace(/<(script|style|head)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ');
  return `${title} ${text}`.replace(/\s+/g, ' ').trim().slice(0, LONGEST);
}
