/** One event of a stream in the format of server-sent events. */
export interface ServerSentEvent {
  /** `message` where the stream names none. */
  event: string;
  data: string;
  id?: string;
}

/** Far more than any event of ours, and few enough to be held. */
const MAX_EVENT_CHARACTERS = 4 * 2 ** 20;

export class EventTooLongError extends Error {
  constructor() {
    super(
      `The server sent an event of more than ${MAX_EVENT_CHARACTERS} characters`,
    );
    this.name = 'EventTooLongError';
  }
}

/**
 * Reads events from a `text/event-stream` body. It ends with the body; an event that the body cuts
 * off is dropped, as the format demands. One that does not end is an error.
 */
export async function* readServerSentEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerSentEvent> {
  let fields = new Map<string, string>();
  let size = 0;
  for await (const line of readLines(body)) {
    size += line.length;
    if (size > MAX_EVENT_CHARACTERS) {
      throw new EventTooLongError();
    }
    if (line === '') {
      const data = fields.get('data');
      if (data !== undefined) {
        yield {
          event: fields.get('event') ?? 'message',
          data,
          id: fields.get('id'),
        };
      }
      fields = new Map();
      size = 0;
    } else if (!line.startsWith(':')) {
      addField(fields, line);
    }
  }
}

/** Lines of a body, but for the last one if nothing ends it. */
async function* readLines(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  // Pieces of a line are joined once it is whole: a long one that comes bit by bit would be looked at over and over.
  let begun: string[] = [];
  let length = 0;
  let endsInReturn = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      const piece = decoder.decode(value, { stream: true });
      // The other half of an end of line that came in two pieces.
      const text =
        endsInReturn && piece.startsWith('\n') ? piece.slice(1) : piece;
      endsInReturn = piece === '' ? endsInReturn : piece.endsWith('\r');
      const lines = text.split(/\r\n|\n|\r/);
      const rest = lines.pop() ?? '';
      for (const line of lines) {
        yield begun.join('') + line;
        begun = [];
        length = 0;
      }
      begun.push(rest);
      length += rest.length;
      if (length > MAX_EVENT_CHARACTERS) {
        throw new EventTooLongError();
      }
    }
  } finally {
    // Also reached when the reader of the events stops early; the connection is then of no use.
    await reader.cancel().catch(() => {});
  }
}

function addField(fields: Map<string, string>, line: string): void {
  const colon = line.indexOf(':');
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  const before = name === 'data' ? fields.get('data') : undefined;
  fields.set(name, before === undefined ? value : `${before}\n${value}`);
}
