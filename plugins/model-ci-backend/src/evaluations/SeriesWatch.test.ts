import type { GrowingFile } from '@model-ci/backstage-plugin-model-ci-node';
import { SeriesWatch } from './SeriesWatch';

const never = new AbortController().signal;

/** A workspace in memory in which files grow; `asked` are the offsets that were read from. */
function createWatch(...paths: string[]) {
  const files: Record<string, string> = {};
  const asked: Array<[path: string, offset: number]> = [];
  async function* peek(
    _handle: object,
    at: string,
  ): AsyncGenerator<GrowingFile> {
    for (const [path, text] of Object.entries(files)) {
      if (at === '.' || path === at || path.startsWith(`${at}/`)) {
        const content = Buffer.from(text);
        yield {
          path,
          size: content.length,
          async *read(offset) {
            asked.push([path, offset]);
            yield content.subarray(offset);
          },
        };
      }
    }
  }
  const watch = new SeriesWatch({ peek, handle: {}, paths });
  const step = async () =>
    (await watch.step(never))?.map(({ path, metric, points }) => ({
      path,
      metric,
      value: points.value,
    }));
  return { files, asked, step };
}

describe('The watch over series that grow', () => {
  it('reads on where it stopped, and answers nothing where nothing was added', async () => {
    const { files, asked, step } = createWatch('a.jsonl');
    expect(await step()).toBeUndefined();
    files['a.jsonl'] = '{"loss": 1}\n{"loss"';
    expect(await step()).toEqual([
      { path: 'a.jsonl', metric: 'loss', value: [1] },
    ]);
    expect(await step()).toBeUndefined();
    files['a.jsonl'] += ': 2}\n';
    expect(await step()).toMatchObject([{ value: [1, 2] }]);
    // It never begins further back than what it compares.
    expect(asked).toEqual([
      ['a.jsonl', 0],
      ['a.jsonl', 0],
    ]);
    files['a.jsonl'] += '{"loss": 3}\n'.repeat(100);
    await step();
    files['a.jsonl'] += '{"loss": 4}\n';
    await step();
    expect(asked.at(-1)).toEqual([
      'a.jsonl',
      files['a.jsonl'].length - '{"loss": 4}\n'.length - 64,
    ]);
  });

  it('begins again where a file was written anew, shorter or longer', async () => {
    const { files, step } = createWatch('out');
    const state = (...losses: number[]) =>
      JSON.stringify(
        {
          log_history: losses.map((loss, at) => ({ step: at, loss })),
          logging_steps: 1,
        },
        undefined,
        2,
      );
    files['out/trainer_state.json'] = state(3);
    expect(await step()).toMatchObject([{ value: [3] }]);
    files['out/trainer_state.json'] = state(3, 2, 1);
    await step();
    expect(await step()).toMatchObject([{ value: [3, 2, 1] }]);
    files['out/trainer_state.json'] = state(9);
    expect(await step()).toMatchObject([{ value: [9] }]);
  });

  it('keeps what it has of a file that is malformed from some line on', async () => {
    const { files, step } = createWatch('a.csv', 'b.jsonl');
    files['a.csv'] = `step,loss\n1,2\n${'x\n'.repeat(30)}`;
    files['b.jsonl'] = '{"loss": 1}\n';
    expect(await step()).toMatchObject([{ value: [2] }, { value: [1] }]);
    files['a.csv'] += '2,3\n';
    files['b.jsonl'] += '{"loss": 2}\n';
    expect(await step()).toMatchObject([{ value: [2] }, { value: [1, 2] }]);
  });

  it('takes what a pattern or a folder names, and of checkpoints the newest', async () => {
    const { files, step } = createWatch('logs/*.csv', 'out');
    files['logs/a.csv'] = 'loss\n1\n';
    files['logs/deep/b.csv'] = 'loss\n2\n';
    files['out/notes.txt'] = 'loss\n3\n';
    files['out/checkpoint-9/trainer_state.json'] =
      '{"log_history": [{"step": 9, "loss": 4}, {}]}';
    files['out/checkpoint-10/trainer_state.json'] =
      '{"log_history": [{"step": 10, "loss": 5}, {"step": 11, "x": 1}]}';
    expect((await step())?.map(({ path }) => path)).toEqual([
      'logs/a.csv',
      'out/checkpoint-10/trainer_state.json',
    ]);
  });

  it('watches a hundred files at most', async () => {
    const { files, step } = createWatch('many');
    for (let at = 0; at < 150; at += 1) {
      files[`many/${at}.jsonl`] = '{"loss": 1}\n';
    }
    expect(await step()).toHaveLength(100);
  });
});
