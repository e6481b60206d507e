/** @jest-environment node */
import { readServerSentEvents } from './serverSentEvents';

async function read(pieces: Uint8Array[]) {
  const body = new ReadableStream<Uint8Array>({
    start(stream) {
      pieces.forEach(piece => stream.enqueue(piece));
      stream.close();
    },
  });
  const events = [];
  for await (const event of readServerSentEvents(body)) {
    events.push(event);
  }
  return events;
}

const text = [
  ': comment',
  '',
  'id: 1',
  'data: first',
  'data:second',
  '',
  'event: end',
  'data: ü',
  '',
  'data: cut off',
];
const expected = [
  { event: 'message', data: 'first\nsecond', id: '1' },
  { event: 'end', data: 'ü', id: undefined },
];

describe('readServerSentEvents', () => {
  it.each(['\n', '\r\n', '\r'])(
    'reads events whose lines end in %j, however they are cut',
    async end => {
      const bytes = new TextEncoder().encode(text.join(end));
      for (let at = 0; at < bytes.length; at++) {
        expect(await read([bytes.slice(0, at), bytes.slice(at)])).toEqual(
          expected,
        );
      }
      const single = [...bytes].map(byte => Uint8Array.of(byte));
      expect(await read(single)).toEqual(expected);
    },
  );

  it('gives up an event that does not end, whether its line does or not', async () => {
    const much = new Uint8Array(2 ** 20).fill(0x61);
    await expect(read([much, much, much, much, much])).rejects.toThrow(
      'an event of more than 4194304 characters',
    );
    const lines = new TextEncoder().encode(`data: ${'a'.repeat(2 ** 20)}\n`);
    await expect(read([lines, lines, lines, lines])).rejects.toThrow(
      'an event of more than 4194304 characters',
    );
  });

  it('reads a long line that comes bit by bit in time', async () => {
    const bit = new TextEncoder().encode('data: aaaa');
    const bits = Array.from({ length: 300_000 }, () => bit);
    const end = new TextEncoder().encode('\n\n');
    const [event] = await read([...bits, end]);
    expect(event.data).toHaveLength(300_000 * 10 - 'data: '.length);
  });
});
