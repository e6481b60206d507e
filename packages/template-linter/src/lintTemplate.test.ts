import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lintTemplate } from './lintTemplate';
import { TemplateRenderer } from './TemplateRenderer';

jest.setTimeout(120_000);

const TEMPLATES = path.join(__dirname, '../../../templates');
const NAME = 'linear-regression-model';

describe('lintTemplate', () => {
  let renderer: TemplateRenderer;
  let folder: string;

  beforeAll(async () => {
    renderer = await TemplateRenderer.start();
  });

  afterAll(() => renderer?.stop());

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'templates-'));
    for (const part of ['common', NAME, `${NAME}.yaml`]) {
      cpSync(path.join(TEMPLATES, part), path.join(folder, part), {
        recursive: true,
      });
    }
    // Two choices are enough to see that each is tried.
    change(
      'common/project.yaml',
      'enum: [portal, github, gitlab, gitea]',
      'enum: [portal]',
    );
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function change(file: string, from: string, to: string) {
    const name = path.join(folder, file);
    const text = readFileSync(name, 'utf8');
    expect(text).toContain(from);
    writeFileSync(name, text.replace(from, to));
  }

  const lint = (isTested = false) =>
    lintTemplate(path.join(folder, `${NAME}.yaml`), renderer, { isTested });

  it.each(readdirSync(TEMPLATES).filter(name => name.endsWith('.yaml')))(
    'finds nothing wrong with %s',
    async name => {
      const { problems } = await lintTemplate(
        path.join(TEMPLATES, name),
        renderer,
        { isTested: false, languages: ['zh'] },
      );
      expect(problems).toEqual([]);
    },
  );

  it('renders each choice of the form, bare and filled in, and runs the tests of what differs', async () => {
    await expect(lint(true)).resolves.toEqual({
      // This portal with source or image, and Jenkins.
      combinations: 6,
      // Another CI has the packages of the tests in a file.
      tested: 2,
      problems: [],
    });
  });

  it.each([
    [
      'a part that is rendered nowhere',
      'skeleton/Dockerfile',
      'WORKDIR /app',
      'WORKDIR ${{ values.name }}',
      /^Dockerfile: a part of it was not rendered/,
    ],
    [
      'a pipeline that is wrong for one choice',
      'skeleton/model-pipeline.yaml.njk',
      '  test-image:',
      '  test image:',
      /^model-pipeline\.yaml:\d+:\d+: stages.*\n {2}with .*packaging=image/,
    ],
    [
      'a data set that is not there',
      'skeleton/model-pipeline.yaml.njk',
      './data/houses.csv',
      './data/flats.csv',
      /datasets\.houses\.uri: there is no data\/flats\.csv/,
    ],
  ])('finds %s', async (_, file, from, to, problem) => {
    change(`${NAME}/${file}`, from, to);
    const { problems } = await lint();
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });

  it('finds an entity that the catalog would refuse', async () => {
    change(
      'common/skeleton/catalog-info.yaml.njk',
      'lifecycle: experimental',
      'stage: experimental',
    );
    const { problems } = await lint();
    expect(problems).toEqual([
      expect.stringMatching(/^catalog-info\.yaml: .*lifecycle/),
    ]);
  });

  it('finds texts that a language has no word for, and languages that are not there', async () => {
    change(`${NAME}.yaml`, 'title: Packaging', 'title: Package');
    change('common/zh.yaml', '  Start the first run: 开始首次运行\n', '');
    const { problems } = await lintTemplate(
      path.join(folder, `${NAME}.yaml`),
      renderer,
      { isTested: false, languages: ['fr'] },
    );
    expect(problems).toEqual([
      expect.stringMatching(/^spec\.translations\.zh: there is no "Package"/),
      expect.stringContaining('there is no "Start the first run"'),
      expect.stringContaining('there is no fr'),
    ]);
  });

  it('finds tests that fail', async () => {
    change(
      `${NAME}/skeleton/src/house_price/model.py`,
      'together / spread',
      'together / spread * 2',
    );
    const { problems } = await lint(true);
    expect(problems).toEqual([
      expect.stringMatching(/^model-pipeline\.yaml: stage test ends with 1:\n/),
    ]);
  });

  it('finds an action that refuses its input', async () => {
    change(
      'common/project.yaml',
      'pipeline: modelpipeline:',
      'pipelin: modelpipeline:',
    );
    const { problems } = await lint();
    expect(problems).toEqual([expect.stringContaining('pipeline')]);
  });
});
