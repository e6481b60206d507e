import type { ChatSettings } from './exampleOf';
import type { ChatOptions } from './useChat';

const MAX_TEMPERATURE = 2;
const MAX_TOKENS = 1_000_000;

/** What is sent, once a model is known and the fields hold what they may. */
export function toOptions(
  { model, system, temperature, maxTokens }: ChatSettings,
  models: string[] | undefined,
): { options?: ChatOptions; invalid: Array<keyof ChatSettings> } {
  const chosen = models?.find(name => name === model) ?? models?.[0];
  const warmth = toNumber(temperature);
  const limit = toNumber(maxTokens);
  const invalid: Array<keyof ChatSettings> = [];
  if (warmth !== undefined && !(warmth >= 0 && warmth <= MAX_TEMPERATURE)) {
    invalid.push('temperature');
  }
  if (
    limit !== undefined &&
    !(Number.isInteger(limit) && limit >= 1 && limit <= MAX_TOKENS)
  ) {
    invalid.push('maxTokens');
  }
  if (chosen === undefined || invalid.length > 0) {
    return { invalid };
  }
  return {
    options: {
      model: chosen,
      ...(system.trim() !== '' && { system }),
      ...(warmth !== undefined && { temperature: warmth }),
      ...(limit !== undefined && { maxTokens: limit }),
    },
    invalid,
  };
}

/** Nothing where nothing is written: the model then decides. */
function toNumber(text: string): number | undefined {
  return text.trim() === '' ? undefined : Number(text);
}
