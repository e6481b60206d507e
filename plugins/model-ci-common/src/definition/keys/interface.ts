import type { JsonValue } from '@backstage/types';
import { z } from 'zod';
import { ruleText } from '../ruleText';

/** Names of interfaces that pages know how to speak to. */
export const SERVING_APIS = ['openai'] as const;

/** A request that somebody reads in a form. */
const MAX_EXAMPLE_CHARACTERS = 16_384;
const MAX_EXAMPLE_DEPTH = 16;

const example = z
  .unknown()
  .refine(isExample, {
    error: ruleText('definition.mustBeExample', {
      max: MAX_EXAMPLE_CHARACTERS,
      depth: MAX_EXAMPLE_DEPTH,
    }),
  })
  .transform((value): JsonValue => JSON.parse(JSON.stringify(value)));

/** What callers of a service send to it. */
export const interfaceKeys = {
  api: z.enum(SERVING_APIS).optional().meta({
    description:
      'The interface that it has. With openai, which answers /v1/models and /v1/chat/completions with streams, "Try it" is a chat.',
  }),
  example: example.optional().meta({
    description:
      'A request that the model answers, which "Try it" begins with: the body of POST /predict or, with the api openai, of a chat completion.',
  }),
};

/** YAML has more than JSON: infinite numbers, and aliases, with which few characters make circles or very many values. */
function isExample(value: unknown): boolean {
  let left = MAX_EXAMPLE_CHARACTERS;
  const isJson = (item: unknown, depth: number): boolean => {
    left -= 1;
    if (typeof item === 'object' && item !== null) {
      return (
        left >= 0 &&
        depth > 0 &&
        Object.values(item).every(inner => isJson(inner, depth - 1))
      );
    }
    return typeof item !== 'number' || Number.isFinite(item);
  };
  return (
    isJson(value, MAX_EXAMPLE_DEPTH) &&
    JSON.stringify(value).length <= MAX_EXAMPLE_CHARACTERS
  );
}
