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
    },
  );
});
