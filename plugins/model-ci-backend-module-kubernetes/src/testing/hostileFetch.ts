import { fetch, Response } from 'undici';
import type { Fetch } from '../cluster/Api';

/** What stands between a portal and its cluster in tests: answers get lost, and states are shown that are not true. */
export class HostileFetch {
  /** Answers to the creation of pods that get lost from now on, after the server has given them. */
  lostAnswers = 0;
  private readonly disguised = new Set<string>();

  /** Shows a phase of a pod that nobody knows, or the true one again. */
  disguise(pod: string, isDisguised: boolean): void {
    if (isDisguised) {
      this.disguised.add(pod);
    } else {
      this.disguised.delete(pod);
    }
  }

  readonly fetch: Fetch = async (url, init) => {
    const response = await fetch(url, init);
    const isPod = String(url).split('?')[0].endsWith('/pods');
    if (init?.method === 'POST' && isPod && this.lostAnswers > 0) {
      this.lostAnswers--;
      await response.text();
      throw new Error('socket hang up');
    }
    return init?.method === 'GET' && String(url).includes('/pods')
      ? this.disguiseAnswer(response)
      : response;
  };

  /** Each line is one object, in a watch as in a list. */
  private disguiseAnswer(response: Response): Response {
    if (!response.body || this.disguised.size === 0) {
      return response;
    }
    const { status, headers } = response;
    const body = disguisedLines(response, this.disguised);
    return new Response(body, { status, headers });
  }
}

async function* disguisedLines(
  response: Response,
  names: ReadonlySet<string>,
): AsyncGenerator<Uint8Array, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body ?? []) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      yield Buffer.from(`${disguiseLine(part, names)}\n`);
    }
  }
  yield Buffer.from(disguiseLine(rest, names));
}

function disguiseLine(line: string, names: ReadonlySet<string>): string {
  if (![...names].some(name => line.includes(name))) {
    return line;
  }
  return JSON.stringify(JSON.parse(line), (_key, value) =>
    value?.metadata && names.has(value.metadata.name) && value.status
      ? { ...value, status: { phase: 'Teleporting' } }
      : value,
  );
}
