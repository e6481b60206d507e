export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** What a model is asked; it decides itself on what is left out. */
export interface ChatRequest {
  /** One of those that the service lists. */
  model: string;
  messages: ChatMessage[];
  temperature?: number;
  maxTokens?: number;
}

/** What comes of an answer, in the order in which it comes. */
export type ChatEvent =
  /** It has begun; no version where something between has answered. */
  | { type: 'started'; version?: number }
  | { type: 'text'; text: string }
  /** How many tokens the answer has, of services that count them. */
  | { type: 'usage'; tokens: number }
  /** `stop` at an end of the model's own, `length` at a limit. */
  | { type: 'finished'; reason: string };

/** Why there is no answer, or no more of it. */
export type ChatProblem =
  /** The request got no answer at all. */
  | { type: 'unreachable' }
  /** By the model or, where no version is named, by the portal. */
  | { type: 'refused'; status: number; version?: number; message?: string }
  /** The model gave an error in the middle of its answer. */
  | { type: 'reported'; message?: string }
  /** The connection ended before the answer did. */
  | { type: 'cut' }
  /** The answer is none of the OpenAI API. */
  | { type: 'unreadable' };

export class ChatError extends Error {
  constructor(readonly problem: ChatProblem, cause?: unknown) {
    super(
      'message' in problem && problem.message !== undefined
        ? problem.message
        : `The chat failed: ${problem.type}`,
      { cause },
    );
    this.name = 'ChatError';
  }
}
