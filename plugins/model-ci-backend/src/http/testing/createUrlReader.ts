import { Readable } from 'node:stream';
import { mockServices } from '@backstage/backend-test-utils';
import { NotFoundError } from '@backstage/errors';
import { packFiles } from '../../engine/testing/FakeSource';

/** The commit that every repository of the reader is at. */
export const HEAD = 'c0ffee'.padEnd(40, '0');

/** A file at a branch or commit, as GitHub, GitLab, Gitea and Bitbucket write it. */
const PLACE =
  /^(https:\/\/[^/]+\/[^/]+\/[^/]+)\/(?:-\/)?(?:blob|raw|tree|src(?:\/branch|\/commit)?)\/[^/]+\/(.+)$/;

/** A `catalog-info.yaml` with pipelines of these names, each with the definition beside it. */
export function entityFile(...names: string[]): string {
  return names
    .map(
      name => `apiVersion: model-ci.dev/v1alpha1
kind: ModelPipeline
metadata: { name: ${name} }
spec: { definition: { $yaml: ./model-pipeline.yaml } }
`,
    )
    .join('---\n');
}

/** Stands for code hosts on which every folder holds the same files; those of one repository have its URL before them. */
export function createUrlReader(files: Record<string, string>) {
  return mockServices.urlReader.mock({
    async readTree() {
      return {
        etag: HEAD,
        files: async () => [],
        archive: async () =>
          Readable.from([
            await packFiles(
              Object.fromEntries(
                Object.entries(files).map(([path, text]) => [
                  `house-${HEAD.slice(0, 7)}/${path}`,
                  text,
                ]),
              ),
            ),
          ]),
        dir: async () => {
          throw new Error('Nothing is unpacked');
        },
      };
    },
    async readUrl(url) {
      const [, repository = '', file = ''] = PLACE.exec(url) ?? [];
      const text = files[`${repository}/${file}`] ?? files[file];
      if (text === undefined) {
        throw new NotFoundError(`There is no ${url}`);
      }
      return { buffer: async () => Buffer.from(text), etag: HEAD };
    },
  });
}
