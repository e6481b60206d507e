import { definitionOf, reported } from './testing/reported';
import { parseStoredDefinition } from './stored';

const file = (stage: string, more = '') =>
  `version: 1\n${more}stages:\n  a: {run: x, ${stage}}\n`;

describe('secrets of a definition', () => {
  it('are none where nothing is said, also in definitions of before', () => {
    const { stages } = definitionOf(file('env: {}'));
    expect(stages.a.secrets).toEqual([]);
    const stored = parseStoredDefinition(
      '{"stages":{"a":{"script":"x"}},"serving":{"run":"x"}}',
    );
    expect(stored.stages.a.secrets).toEqual([]);
    expect(stored.serving?.secrets).toEqual([]);
  });

  it('are names of variables, of stages and of the service', () => {
    const more = 'serving: {run: x, secrets: [UPSTREAM_KEY]}\n';
    const definition = definitionOf(file('secrets: [HF_TOKEN, a]', more));
    expect(definition.stages.a.secrets).toEqual(['HF_TOKEN', 'a']);
    expect(definition.serving?.secrets).toEqual(['UPSTREAM_KEY']);
  });

  it.each([
    ['secrets: [1A]', 'an environment variable has letters'],
    ['secrets: [MODEL_CI_TOKEN]', 'choose another name for the secret'],
    ['secrets: [PARAM_X]', 'choose another name for the secret'],
    ['secrets: [LD_PRELOAD]', 'choose another name for the secret'],
    ['secrets: [PATH]', 'choose another name for the secret'],
    ['secrets: [A, A]', "'A' is named twice"],
    ['secrets: [A], env: {A: x}', "'A' is a variable under env as well"],
    [
      'secrets: [A], on: {here: {env: {A: x}}}',
      "'A' is a variable under env as well",
    ],
  ])('are refused as %s', (stage, message) => {
    expect(reported(file(stage)).join('\n')).toContain(message);
  });

  it('are no variables of the defaults', () => {
    const text = file('secrets: [A]', 'defaults: {env: {A: x}}\n');
    expect(reported(text).join('\n')).toContain('under env as well');
  });

  it('are for builds of images by executors that can keep them out of the image', () => {
    const builder = { buildsImages: true, takesSecrets: true };
    const executors = {
      plain: builder,
      careful: { ...builder, buildsWithSecrets: true },
    };
    const at = (executor: string) =>
      reported(
        `version: 1\nstages:\n  a: {imageBuild: {}, secrets: [TOKEN], executor: ${executor}}\n`,
        { executors },
      ).join('\n');
    expect(at('careful')).toBe('');
    expect(at('plain')).toContain(
      'Executor plain cannot hand secrets to the build of an image safely',
    );
  });

  it('are refused to executors that would show them', () => {
    const executors = { open: {}, closed: { takesSecrets: true } };
    const at = (stage: string) =>
      reported(file(`secrets: [TOKEN], ${stage}`), { executors }).join('\n');
    expect(at('executor: closed')).toBe('');
    expect(at('executor: open')).toContain(
      'Executor open cannot hand over secrets',
    );
    expect(at('on: {a: {executor: closed}, b: {executor: open}}')).toContain(
      'Executor open cannot hand over secrets',
    );
  });
});
