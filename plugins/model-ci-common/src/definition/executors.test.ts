import { z } from 'zod';
import { definitionOf, errorsIn, reported } from './testing/reported';

const executors = {
  plain: {},
  cluster: {
    stageOptions: z.strictObject({
      queue: z.string().optional(),
      priority: z.int().default(1),
    }),
  },
};

const pipeline = (stage: string, defaults = '{}') =>
  `version: 1\ndefaults: ${defaults}\nstages:\n  a: {run: x, ${stage}}\n`;

describe('the executor of a stage', () => {
  it('is any that is installed, by its name', () => {
    expect(reported(pipeline('executor: cluster'), { executors })).toEqual([]);
    expect(reported(pipeline('executor: clutser'), { executors })).toEqual([
      "4:25 stages.a.executor: executor 'clutser' is not installed here; did you mean 'cluster'?",
    ]);
    expect(
      reported(pipeline('needs: []', '{executor: moon}'), { executors }),
    ).toEqual([
      "2:22 defaults.executor: executor 'moon' is not installed here; choose from: plain, cluster",
    ]);
  });

  it('may be any name where nobody knows what is installed', () => {
    expect(definitionOf(pipeline('executor: moon')).stages.a.executor).toBe(
      'moon',
    );
  });
});

describe('options of an executor', () => {
  it('are read by its own schema, on top of those of all stages', () => {
    const text = pipeline('cluster: {queue: long}', '{cluster: {priority: 3}}');
    expect(errorsIn(text, { executors })).toEqual([]);
    expect(definitionOf(text, { executors }).stages.a.options).toEqual({
      cluster: { queue: 'long', priority: 3 },
    });
    expect(
      definitionOf(pipeline('cluster: {}'), { executors }).stages.a.options,
    ).toEqual({ cluster: { priority: 1 } });
  });

  it('are refused with their place', () => {
    expect(
      reported(pipeline('cluster: {priority: high}'), { executors }),
    ).toEqual([
      expect.stringMatching(
        /^4:.* stages.a.cluster.priority: must be a number, but is "high"$/,
      ),
    ]);
    expect(reported(pipeline('plain: {a: 1}'), { executors })).toEqual([
      '4:15 stages.a.plain: executor plain takes no options',
    ]);
  });

  it('stand for an executor that is installed, or are an unknown key', () => {
    expect(reported(pipeline('clustr: {queue: x}'), { executors })).toEqual([
      "4:15 stages.a.clustr: unknown key; did you mean 'cluster'?",
    ]);
    expect(reported(pipeline('cluster: long'), { executors })).toEqual([
      expect.stringContaining('unknown key'),
    ]);
  });

  it('are kept as they are where nobody knows what is installed', () => {
    expect(
      definitionOf(pipeline('moon: {dust: [1, {a: b}]}')).stages.a.options,
    ).toEqual({ moon: { dust: [1, { a: 'b' }] } });
    expect(reported(pipeline('moon: dust'))).toEqual([
      expect.stringContaining('unknown key'),
    ]);
  });

  it('are neither endless nor huge', () => {
    const message = expect.stringContaining('too large or nested too deeply');
    expect(reported(pipeline('moon: &a {again: *a}'))).toEqual([message]);
    const many = Array.from({ length: 1001 }, (_, i) => i).join(',');
    expect(reported(pipeline(`moon: {all: [${many}]}`))).toEqual([message]);
  });
});
