import { definitionOf, reported } from './testing/reported';
import { pipelineDefinitionJsonSchema } from './jsonSchema';
import { canonicalDefinition, parseStoredDefinition } from './stored';

const serving = (text: string) =>
  `version: 1\nstages: {a: {run: x}}\nserving: {run: x, ${text}}\n`;

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('what callers of a service send', () => {
  it('is kept with the definition: the interface, and an example of any JSON', () => {
    const text =
      'api: openai, example: {messages: [{role: user, content: Hi}], temperature: 0.5, stop: null}';
    const definition = definitionOf(serving(text));
    const expected = {
      api: 'openai',
      example: {
        messages: [{ role: 'user', content: 'Hi' }],
        temperature: 0.5,
        stop: null,
      },
    };
    expect(definition.serving).toMatchObject(expected);
    const stored = parseStoredDefinition(JSON.stringify(definition));
    expect(stored.serving).toMatchObject(expected);
    expect(definitionOf(serving('example: null')).serving).toMatchObject({
      example: null,
    });
    expect(definitionOf(serving('port: 80')).serving).not.toHaveProperty(
      'example',
    );
  });

  it('makes two definitions differ', () => {
    const canonical = (text: string) =>
      canonicalDefinition(JSON.stringify(definitionOf(serving(text))));
    expect(canonical('example: [1]')).not.toBe(canonical('example: [2]'));
  });

  it('is left out where a later release knows more interfaces', () => {
    const stored = parseStoredDefinition(
      '{"serving":{"run":"x","api":"of-tomorrow"}}',
    );
    expect(stored.serving).toMatchObject({ run: 'x' });
    expect(stored.serving?.api).toBeUndefined();
  });

  it.each([
    ['api: openapi', 'serving.api: must be openai, but is "openapi"'],
    ['example: .inf', 'serving.example: must be JSON of at most 16,384'],
    ['example: {a: [.nan]}', 'serving.example: must be JSON'],
    [`example: ${nested(17)}`, 'serving.example: must be JSON'],
    [`example: ${'x'.repeat(16_384)}`, 'serving.example: must be JSON'],
    ['example: &a [*a, *a, *a, *a]', 'serving.example: must be JSON'],
  ])('is refused otherwise (case %#)', (text, message) => {
    expect(reported(serving(text))).toEqual([expect.stringContaining(message)]);
  });

  it('may be as deep and as long as it says', () => {
    expect(reported(serving(`example: ${nested(16)}`))).toEqual([]);
    expect(reported(serving(`example: ${'x'.repeat(16_382)}`))).toEqual([]);
  });

  it('is known to editors', () => {
    expect(pipelineDefinitionJsonSchema).toMatchObject({
      properties: {
        serving: {
          properties: {
            api: { enum: ['openai'] },
            example: { description: expect.stringContaining('Try it') },
          },
        },
      },
    });
  });
});
