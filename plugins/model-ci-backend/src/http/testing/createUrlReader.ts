import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import { NotFoundError } from '@backstage/errors';

/** The commit that every repository of the reader is at. */
export const HEAD = 'c0ffee'.padEnd(40, '0');

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

/** Stands for a code host on which every folder holds the same files. */
export function createUrlReader(files: Record<string, string>) {
  return mockServices.urlReader.mock({
    async readTree() {
      return {
        etag: HEAD,
        files: async () => [],
        archive: async () => {
          throw new Error('There is no archive');
        },
        async dir(options) {
          const targetDir = options?.targetDir ?? '';
          for (const [path, text] of Object.entries(files)) {
            await mkdir(dirname(join(targetDir, path)), { recursive: true });
            await writeFile(join(targetDir, path), text);
          }
          return targetDir;
        },
      };
    },
    async readUrl(url) {
      const text = files[new URL(url).pathname.split('/').slice(5).join('/')];
      if (text === undefined) {
        throw new NotFoundError(`There is no ${url}`);
      }
      return { buffer: async () => Buffer.from(text), etag: HEAD };
    },
  });
}
