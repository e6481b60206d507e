import { readEntityFile } from '../../source/pipelineEntities';
import { type FoundFiles, readFoundFiles } from './readFoundFiles';

const read = (files: Record<string, string>, signal?: AbortSignal) =>
  readFoundFiles(
    new Map(Object.entries(files)) satisfies FoundFiles,
    'house',
    signal ?? new AbortController().signal,
  );

const entity = (name: string) =>
  `---\nkind: ModelPipeline\nmetadata: { name: ${name} }\nspec: { definition: { $yaml: ./model-pipeline.yaml } }\n`;

describe('readFoundFiles', () => {
  it('reads an entity file of many keys in a time that grows with its length', () => {
    const keys = Array.from({ length: 100_000 }, (_, index) => `k${index}: a`);
    // Where each key is compared with all others, these are minutes.
    const { pipelines } = readEntityFile(`${keys.join('\n')}\n${entity('a')}`);
    expect(pipelines.map(({ ref }) => ref)).toEqual([
      'modelpipeline:default/a',
    ]);
  }, 60_000);

  it('checks a definition once, however many entities name it, and shows some hundred', async () => {
    const names = Array.from({ length: 2_000 }, (_, index) => `p${index}`);
    const stages = Array.from(
      { length: 2_000 },
      (_, index) => `  s${index}: { runs: x }`,
    );
    // Checked for each, these are minutes.
    const found = await read({
      'catalog-info.yaml': names.map(entity).join(''),
      'model-pipeline.yaml': `version: 1\nstages:\n${stages.join('\n')}\n`,
    });
    expect(found.pipelines).toHaveLength(500);
    expect(found.pipelines[499].errors.length).toBeGreaterThan(0);
    expect(found.isTruncated).toBe(true);
  }, 60_000);

  it('lets others have their turn between two files, and ends when its time is over', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [
        `${index}/model-pipeline.yaml`,
        'version: 1\n',
      ]),
    );
    const over = new AbortController();
    let turns = 0;
    const count = () => {
      turns++;
      if (turns === 10) {
        over.abort();
      } else {
        setImmediate(count);
      }
    };
    setImmediate(count);
    await expect(read(files, over.signal)).rejects.toThrow(/abort/i);
  });
});
