import type { JsonValue } from '@backstage/types';

/** What a chat begins with. Texts, since fields hold them. */
export interface ChatSettings {
  /** The first one that the service lists if empty. */
  model: string;
  system: string;
  temperature: string;
  maxTokens: string;
}

/** Reads `serving.example`, the body of a chat completion; what is of no use to the chat is left out. */
export function exampleOf(example: JsonValue | undefined): {
  question: string;
  settings: ChatSettings;
} {
  const messages = asArray(fieldOf(example, 'messages'));
  const last = (role: string) =>
    messages
      .filter(message => fieldOf(message, 'role') === role)
      .map(message => asText(fieldOf(message, 'content')))
      .pop() ?? '';
  return {
    question: last('user'),
    settings: {
      model: asText(fieldOf(example, 'model')),
      system: last('system'),
      temperature: asText(fieldOf(example, 'temperature')),
      maxTokens: asText(fieldOf(example, 'max_tokens')),
    },
  };
}

function fieldOf(value: JsonValue | undefined, name: string) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? value[name]
    : undefined;
}

function asArray(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function asText(value: JsonValue | undefined): string {
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : '';
}
