/** @jest-environment node */
import { ResponseError } from '@backstage/errors';
import { followLog } from './followLog';
import type { LogPart } from './types';

type Connection = Parameters<Parameters<typeof followLog>[0]>[0];

function event(offset: number, text: string): string {
  const id = offset + Buffer.byteLength(text);
  return `id: ${id}\ndata: ${JSON.stringify({ offset, text })}\n\n`;
}
const END = 'event: end\ndata: {"size":0}\n\n';

/** A server that gives one answer per connection. */
function createServer(answers: Array<Response | Error>) {
  const connections: Connection[] = [];
  return {
    connections,
    open: async (connection: Connection) => {
      connections.push(connection);
      const answer = answers[connections.length - 1];
      if (answer instanceof Error) {
        throw answer;
      }
      return answer;
    },
  };
}

async function collect(parts: AsyncIterable<LogPart>) {
  const all: LogPart[] = [];
  for await (const part of parts) {
    all.push(part);
  }
  return all;
}

const atOnce = { reconnectDelay: () => 0 };

describe('followLog', () => {
  it('yields the parts and ends with the log', async () => {
    const { open, connections } = createServer([
      new Response(`: alive\n\n${event(0, 'a\r\nb')}${event(4, 'é')}${END}`),
    ]);
    expect(await collect(followLog(open, {}, atOnce))).toEqual([
      { offset: 0, nextOffset: 4, text: 'a\r\nb' },
      { offset: 4, nextOffset: 6, text: 'é' },
    ]);
    expect(connections).toHaveLength(1);
    expect(connections[0].headers).toEqual({ Accept: 'text/event-stream' });
  });

  it('goes on where it was, at the same attempt, when the connection breaks', async () => {
    const { open, connections } = createServer([
      new Response(`${event(0, 'one')}id: 9\ndata: {"offs`, {
        headers: { 'Log-Attempt': '2' },
      }),
      new TypeError('network gone'),
      new Response(`${event(3, 'two')}${END}`),
    ]);
    const failures: string[] = [];
    const parts = await collect(
      followLog(
        open,
        {},
        { ...atOnce, onReconnect: e => failures.push(e.message) },
      ),
    );
    expect(parts.map(({ text }) => text)).toEqual(['one', 'two']);
    expect(connections.map(({ attempt, offset }) => [attempt, offset])).toEqual(
      [
        [undefined, undefined],
        [2, 3],
        [2, 3],
      ],
    );
    expect(failures).toEqual([
      'The connection ended before the log did',
      'network gone',
    ]);
  });

  it('keeps a negative offset until something was received', async () => {
    const { open, connections } = createServer([
      new TypeError('network gone'),
      new Response(END),
    ]);
    await collect(followLog(open, { attempt: 1, offset: -10 }, atOnce));
    expect(connections.map(({ offset }) => offset)).toEqual([-10, -10]);
  });

  it('comes again when the server is unwell and gives up when it refuses', async () => {
    const answer = async (status: number) =>
      await ResponseError.fromResponse(
        Response.json({ error: {} }, { status }),
      );
    const { open, connections } = createServer([
      await answer(503),
      await answer(404),
    ]);
    await expect(collect(followLog(open, {}, atOnce))).rejects.toMatchObject({
      statusCode: 404,
    });
    expect(connections).toHaveLength(2);
  });

  it('waits longer with each failure in a row', async () => {
    const delays: number[] = [];
    const { open } = createServer([
      new TypeError('1'),
      new TypeError('2'),
      new Response(event(0, 'x')),
      new Response(END),
    ]);
    await collect(
      followLog(
        open,
        {},
        {
          reconnectDelay: failures => {
            delays.push(failures);
            return 0;
          },
        },
      ),
    );
    expect(delays).toEqual([1, 2, 1]);
  });

  it('ends quietly and closes the connection when it is aborted', async () => {
    const controller = new AbortController();
    let cancelled = false;
    const { open } = createServer([
      new Response(
        new ReadableStream({
          start(stream) {
            stream.enqueue(new TextEncoder().encode(event(0, 'a')));
          },
          cancel() {
            cancelled = true;
          },
        }),
      ),
    ]);
    const seen: string[] = [];
    for await (const { text } of followLog(open, {}, controller)) {
      seen.push(text);
      controller.abort();
      break;
    }
    expect(seen).toEqual(['a']);
    expect(cancelled).toBe(true);
  });

  it('does not wait out a delay when it is aborted', async () => {
    const controller = new AbortController();
    const { open, connections } = createServer([new TypeError('gone')]);
    const parts = collect(
      followLog(
        open,
        {},
        {
          signal: controller.signal,
          reconnectDelay: () => 1_000_000,
          onReconnect: () => queueMicrotask(() => controller.abort()),
        },
      ),
    );
    expect(await parts).toEqual([]);
    expect(connections).toHaveLength(1);
  });

  it('treats an event that is none of a log as a broken connection', async () => {
    const { open } = createServer([
      new Response('data: {}\n\n'),
      new Response(`${event(0, 'x')}${END}`),
    ]);
    expect(await collect(followLog(open, {}, atOnce))).toHaveLength(1);
  });
});
