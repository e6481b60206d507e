import { useEffect, useRef, useState } from 'react';
import type {
  ChatEvent,
  ChatMessage,
  ChatRequest,
  EndpointTarget,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useApi } from '@backstage/core-plugin-api';
import { modelCiApiRef } from '../../../api';

/** An answer that grows beyond it is ended: nobody reads as much, and a model may go on for ever. */
export const MAX_ANSWER_CHARACTERS = 200_000;

export interface ChatAnswer {
  text: string;
  version?: number;
  /** Milliseconds from the question to the first token, and to the end. */
  firstTokenAfter?: number;
  endedAfter?: number;
  tokens?: number;
  /** How it ended: as the model says it (`stop`, `length`), or `stopped` by the user, or `tooLong`; absent until then, and after an error. */
  end?: string;
  error?: Error;
}

export interface ChatTurn {
  id: number;
  question: string;
  answer: ChatAnswer;
}

export type ChatOptions = Omit<ChatRequest, 'messages'> & { system?: string };

/** A conversation with what serves: one answer at a time, shown while it comes. */
export function useChat(target: EndpointTarget) {
  const api = useApi(modelCiApiRef);
  const [turns, setTurns] = useState<ChatTurn[]>([]);
  const [answering, setAnswering] = useState(false);
  const current = useRef<AbortController>();
  const nextId = useRef(0);
  useEffect(() => () => current.current?.abort(), []);

  async function send(
    question: string,
    { system, ...options }: ChatOptions,
    before: ChatTurn[] = turns,
  ) {
    current.current?.abort();
    const stop = new AbortController();
    current.current = stop;
    nextId.current += 1;
    const id = nextId.current;
    let answer: ChatAnswer = { text: '' };
    const show = (change: Partial<ChatAnswer>) => {
      answer = { ...answer, ...change };
      setTurns(all =>
        all.map(turn => (turn.id === id ? { ...turn, answer } : turn)),
      );
    };
    setTurns([...before, { id, question, answer }]);
    setAnswering(true);
    const started = performance.now();
    const elapsed = () => performance.now() - started;
    try {
      const request = {
        ...options,
        messages: toMessages(before, question, system),
      };
      const signal = stop.signal;
      for await (const event of api.chat(target, request, { signal })) {
        show(takeEvent(answer, event, elapsed()));
        if (answer.end === 'tooLong') {
          break;
        }
      }
      show({ endedAfter: elapsed(), end: answer.end ?? 'stop' });
    } catch (error) {
      show({
        endedAfter: elapsed(),
        ...(stop.signal.aborted
          ? { end: 'stopped' }
          : { error: toError(error) }),
      });
    }
    if (current.current === stop) {
      setAnswering(false);
    }
  }

  return {
    turns,
    answering,
    send,
    /** Asks the last question once more. */
    retry(options: ChatOptions) {
      const last = turns[turns.length - 1];
      return send(last.question, options, turns.slice(0, -1));
    },
    stop: () => current.current?.abort(),
    clear() {
      current.current?.abort();
      setTurns([]);
    },
  };
}

/** What an event changes of an answer. */
function takeEvent(
  { text, firstTokenAfter }: ChatAnswer,
  event: ChatEvent,
  elapsed: number,
): Partial<ChatAnswer> {
  switch (event.type) {
    case 'started':
      return { version: event.version };
    case 'usage':
      return { tokens: event.tokens };
    case 'finished':
      return { end: event.reason };
    default: {
      const longer = text + event.text;
      return {
        text: longer.slice(0, MAX_ANSWER_CHARACTERS),
        firstTokenAfter: firstTokenAfter ?? elapsed,
        ...(longer.length > MAX_ANSWER_CHARACTERS && { end: 'tooLong' }),
      };
    }
  }
}

/** The conversation so far; a question that got no answer is no part of it. */
function toMessages(
  turns: ChatTurn[],
  question: string,
  system?: string,
): ChatMessage[] {
  return [
    ...(system ? [{ role: 'system' as const, content: system }] : []),
    ...turns
      .filter(({ answer }) => answer.text !== '')
      .flatMap(turn => [
        { role: 'user' as const, content: turn.question },
        { role: 'assistant' as const, content: turn.answer.text },
      ]),
    { role: 'user', content: question },
  ];
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
