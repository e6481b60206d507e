import { z } from 'zod';
import { answeringVersion } from '../answeringVersion';
import { EventTooLongError, readServerSentEvents } from '../serverSentEvents';
import { readBounded } from './readBounded';
import { findMessage, toRefusal } from './refusal';
import { ChatError, type ChatEvent, type ChatRequest } from './types';

const MAX_MODELS = 100;
const MAX_MODEL_CHARACTERS = 500;
/** Of an answer that comes in one piece, or a list of models. */
const MAX_BODY_CHARACTERS = 4 * 2 ** 20;

const content = z.object({ content: z.string().nullish() });
const answerSchema = z.object({
  choices: z
    .array(
      z.object({
        /** Of a piece. */
        delta: content.nullish(),
        /** Of a whole answer. */
        message: content.nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .default([]),
  usage: z.object({ completion_tokens: z.int().min(0) }).nullish(),
  error: z.unknown().optional(),
});

const modelsSchema = z.object({
  data: z.array(z.object({ id: z.string().min(1).max(MAX_MODEL_CHARACTERS) })),
});

type Send = (signal?: AbortSignal) => Promise<Response>;

/** The body of a request to `/v1/chat/completions`. */
export function toChatBody(request: ChatRequest) {
  const { model, messages, temperature, maxTokens } = request;
  return {
    model,
    messages: messages.map(({ role, content: text }) => ({
      role,
      content: text,
    })),
    ...(temperature !== undefined && { temperature }),
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    stream: true,
    stream_options: { include_usage: true },
  };
}

/** What comes of an answer to `/v1/chat/completions`, until it is whole; anything else ends in a `ChatError`. */
export async function* readChat(
  send: Send,
  signal?: AbortSignal,
): AsyncGenerator<ChatEvent> {
  const response = await answered(send, signal);
  yield { type: 'started', version: answeringVersion(response) };
  const type = response.headers.get('Content-Type') ?? '';
  try {
    if (response.body && /^text\/event-stream\b/i.test(type)) {
      yield* readPieces(response.body);
    } else {
      // Some servers stream nothing, whatever they are asked for.
      const text = await readBounded(response, MAX_BODY_CHARACTERS);
      yield* toEvents(text);
    }
  } catch (error) {
    throw signal?.aborted ? error : toChatError(error);
  }
}

/** The models that a service has under `/v1/models`. */
export async function readModels(
  send: Send,
  signal?: AbortSignal,
): Promise<string[]> {
  const response = await answered(send, signal);
  try {
    const text = await readBounded(response, MAX_BODY_CHARACTERS);
    const models = read(modelsSchema, text);
    return models.data.slice(0, MAX_MODELS).map(({ id }) => id);
  } catch (error) {
    throw signal?.aborted ? error : toChatError(error);
  }
}

async function answered(send: Send, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await send(signal);
  } catch (error) {
    throw signal?.aborted
      ? error
      : new ChatError({ type: 'unreachable' }, error);
  }
  if (!response.ok) {
    throw await toRefusal(response);
  }
  return response;
}

async function* readPieces(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<ChatEvent> {
  let isWhole = false;
  for await (const { data } of readServerSentEvents(body)) {
    if (data === '[DONE]') {
      return;
    }
    for (const event of toEvents(data)) {
      isWhole ||= event.type === 'finished';
      yield event;
    }
  }
  if (!isWhole) {
    throw new ChatError({ type: 'cut' });
  }
}

function toEvents(json: string): ChatEvent[] {
  const answer = read(answerSchema, json);
  if (answer.error) {
    throw new ChatError({ type: 'reported', message: findMessage(answer) });
  }
  const [choice] = answer.choices;
  const text = (choice?.delta ?? choice?.message)?.content;
  const events: ChatEvent[] = [];
  if (text) {
    events.push({ type: 'text', text });
  }
  if (answer.usage) {
    events.push({ type: 'usage', tokens: answer.usage.completion_tokens });
  }
  if (choice?.finish_reason) {
    events.push({ type: 'finished', reason: choice.finish_reason });
  }
  return events;
}

function read<T extends z.ZodType>(schema: T, json: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(json));
  } catch (error) {
    throw new ChatError({ type: 'unreadable' }, error);
  }
}

function toChatError(error: unknown): ChatError {
  if (error instanceof ChatError) {
    return error;
  }
  const type = error instanceof EventTooLongError ? 'unreadable' : 'cut';
  return new ChatError({ type }, error);
}
