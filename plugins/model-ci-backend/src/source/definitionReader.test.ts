import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { NotFoundError } from '@backstage/errors';
import { ScmIntegrations } from '@backstage/integration';
import { createDefinitionReader } from './definitionReader';
import { parseFoundDefinition } from './parseFoundDefinition';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

const hosts = {
  embedded: {
    folder: 'https://portal.example/api/model-ci-git/two.git/raw/main/a/',
    entityUrl:
      'https://portal.example/api/model-ci-git/two.git/raw/main/a/catalog-info.yaml',
    at: `https://portal.example/api/model-ci-git/two.git/raw/${COMMIT}/`,
    foreign:
      'https://portal.example/api/model-ci-git/theirs.git/raw/main/model-pipeline.yaml',
  },
  GitHub: {
    folder: 'https://github.com/acme/two/tree/main/a/',
    entityUrl: 'https://github.com/acme/two/blob/main/a/catalog-info.yaml',
    at: `https://github.com/acme/two/blob/${COMMIT}/`,
    foreign: 'https://github.com/acme/theirs/blob/main/model-pipeline.yaml',
  },
  GitLab: {
    folder: 'https://gitlab.com/acme/ml/two/-/tree/main/a/',
    entityUrl: 'https://gitlab.com/acme/ml/two/-/blob/main/a/catalog-info.yaml',
    at: `https://gitlab.com/acme/ml/two/-/blob/${COMMIT}/`,
    foreign:
      'https://gitlab.com/acme/ml/theirs/-/blob/main/model-pipeline.yaml',
  },
};

const stages = (name: string) =>
  `version: 1\nstages: { ${name}: { run: 'true', image: busybox } }\n`;

function entity(name: string, definition: string): string {
  return `apiVersion: model-ci.dev/v1alpha1
kind: ModelPipeline
metadata: { name: ${name} }
spec:
  owner: ml
  definition: ${definition}
`;
}

describe.each(Object.values(hosts))(
  'the definition at $entityUrl',
  ({ folder, entityUrl, at, foreign }) => {
    /** Reads the pipeline `two`, at a commit with these files. */
    async function read(files: Record<string, string>, ref = 'two') {
      const reader = createDefinitionReader({
        integrations: ScmIntegrations.fromConfig(new ConfigReader({})),
        reader: mockServices.urlReader.mock({
          async readUrl(url) {
            // GitHub names a folder so, and reads its files, too.
            const place = url.replace('/tree/', '/blob/');
            const text = files[place.slice(at.length)];
            if (!place.startsWith(at) || text === undefined) {
              throw new NotFoundError(`no ${url}`);
            }
            return { buffer: async () => Buffer.from(text) };
          },
        }),
      });
      const found = await reader.read(
        { ref: `modelpipeline:default/${ref}`, sourceUrl: folder, entityUrl },
        COMMIT,
      );
      const parsed = parseFoundDefinition(found);
      return {
        found,
        stages:
          'definition' in parsed
            ? Object.keys(parsed.definition.stages)
            : undefined,
        errors: 'errors' in parsed ? parsed.errors : [],
      };
    }

    it('is the file that the entity names, not the one of the usual name', async () => {
      const files = {
        'a/catalog-info.yaml': entity('two', '{ $yaml: ./eval-pipeline.yaml }'),
        'a/eval-pipeline.yaml': stages('evaluate'),
        'a/model-pipeline.yaml': stages('train'),
      };
      const { found, stages: names } = await read(files);
      expect(names).toEqual(['evaluate']);
      expect(found).toMatchObject({ type: 'text', file: 'eval-pipeline.yaml' });
    });

    it('may lie elsewhere in the repository, as JSON, too', async () => {
      const files = {
        'a/catalog-info.yaml': entity('two', '{ $json: ../ci/all.json }'),
        'ci/all.json':
          '{"version":1,"stages":{"fit":{"run":"true","image":"busybox"}}}',
      };
      expect((await read(files)).stages).toEqual(['fit']);
    });

    it('may stand in the entity, in parts from other files', async () => {
      const files = {
        'a/catalog-info.yaml': entity(
          'two',
          '{ version: 1, stages: { $yaml: ./stages.yaml } }',
        ),
        'a/stages.yaml': "fit: { run: 'true', image: busybox }",
      };
      expect((await read(files)).stages).toEqual(['fit']);
    });

    it('is each its own of several pipelines in a file', async () => {
      const files = {
        'a/catalog-info.yaml': [
          'apiVersion: v1\nkind: Component\nmetadata: { name: two }\n',
          entity('one', '{ $yaml: ./one.yaml }'),
          'not: [an entity\n',
          entity('Two', '{ $yaml: ./two.yaml }'),
        ].join('---\n'),
        'a/one.yaml': stages('first'),
        'a/two.yaml': stages('second'),
      };
      expect((await read(files, 'one')).stages).toEqual(['first']);
      expect((await read(files)).stages).toEqual(['second']);
    });

    it('is missing where the entity is not in its file any more', async () => {
      const files = {
        'a/catalog-info.yaml': entity('renamed', '{ $yaml: ./two.yaml }'),
        'a/two.yaml': stages('fit'),
        'a/model-pipeline.yaml': stages('fit'),
      };
      expect((await read(files)).found).toMatchObject({
        type: 'missing',
        what: 'entity',
      });
      expect((await read({})).found).toMatchObject({
        type: 'missing',
        what: 'entity',
      });
    });

    it('names the file that is not there', async () => {
      const files = {
        'a/catalog-info.yaml': entity('two', '{ $yaml: ./gone.yaml }'),
        'a/model-pipeline.yaml': stages('fit'),
      };
      const { found, errors } = await read(files);
      expect(found).toMatchObject({ what: 'definition', file: 'gone.yaml' });
      expect(errors[0].message).toContain('there is no gone.yaml at commit');
    });

    it('shows what is wrong with it at its place in the entity', async () => {
      const files = {
        'a/catalog-info.yaml': entity('two', '{ version: 1, stagez: {} }'),
      };
      expect((await read(files)).errors).toContainEqual(
        expect.objectContaining({
          file: 'catalog-info.yaml',
          line: 6,
          path: 'spec.definition.stagez',
        }),
      );
    });

    it('is never read from another repository', async () => {
      const files = {
        'a/catalog-info.yaml': entity('two', `{ $yaml: '${foreign}' }`),
      };
      await expect(read(files)).rejects.toMatchObject({ name: 'InputError' });
    });

    it('takes no more files than anybody needs', async () => {
      const many = Array.from(
        { length: 50 },
        (_, index) => `s${index}: { $yaml: ./one.yaml }`,
      );
      const files = {
        'a/catalog-info.yaml': entity('two', `{ ${many.join(', ')} }`),
        'a/one.yaml': '{}',
      };
      await expect(read(files)).rejects.toThrow('more than 20 placeholders');
    });
  },
);
