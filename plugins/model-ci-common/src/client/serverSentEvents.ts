/** One event of a stream in the format of server-sent events. */
export interface ServerSentEvent {
  /** `message` where the stream names none. */
  event: string;
  data: string;
  id?: string;
}

/**
 * Reads events from a `text/event-stream` body. It ends with the body; an event that the body cuts
 * off is dropped, as the format demands.
 */
export async function* readServerSentEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerSentEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let fields = new Map<string, string>();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      rest += decoder.decode(value, { stream: true });
      // A final \r may be the first half of \r\n: it waits for the next piece.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
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
        } else if (!line.startsWith(':')) {
          addField(fields, line);
        }
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
