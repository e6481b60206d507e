import { z } from 'zod';

/** One line of what the engine says of a build, a pull or a push. */
const eventSchema = z.object({
  stream: z.string().optional(),
  status: z.string().optional(),
  id: z.string().optional(),
  /** Of a pull or push: how far it is. */
  progressDetail: z.object({ total: z.number().optional() }).nullish(),
  error: z.string().optional(),
  aux: z
    .object({ ID: z.string().optional(), Digest: z.string().optional() })
    .nullish(),
});

export type EngineEvent = z.infer<typeof eventSchema>;

/** A line that is longer is no event. */
const MAX_LINE = 4 * 2 ** 20;

/** The events of an answer, as they come. */
export async function* readEvents(
  answer: AsyncIterable<Buffer | string>,
): AsyncGenerator<EngineEvent, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of answer) {
    rest +=
      typeof chunk === 'string'
        ? chunk
        : decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE) {
      throw new Error('The engine answered a line without end');
    }
    for (const line of lines) {
      if (line.trim() !== '') {
        yield eventSchema.parse(JSON.parse(line));
      }
    }
  }
  if (rest.trim() !== '') {
    yield eventSchema.parse(JSON.parse(rest));
  }
}

/** What of an event goes into a log: what a transfer repeats of itself does not. */
export function textOf({ stream, status, id, progressDetail }: EngineEvent) {
  if (stream !== undefined) {
    return stream;
  }
  return status === undefined || progressDetail?.total !== undefined
    ? ''
    : `${id === undefined ? '' : `${id}: `}${status}\n`;
}
