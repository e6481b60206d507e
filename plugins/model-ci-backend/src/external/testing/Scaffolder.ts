import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import scaffolderModuleGitea from '@backstage/plugin-scaffolder-backend-module-gitea';
import scaffolderModuleGithub from '@backstage/plugin-scaffolder-backend-module-github';
import scaffolderModuleGitlab from '@backstage/plugin-scaffolder-backend-module-gitlab';
import scaffolderModuleModelCi from '@model-ci/backstage-plugin-scaffolder-backend-module-model-ci';
import { readTemplate } from 'template-linter';
import type { CiName } from './ciEngines';
import { FOLDER } from './run';

const TEMPLATES = join(FOLDER, '../../../../../templates');

/** A host that each CI builds from. */
const HOSTS: Record<CiName, string> = {
  jenkins: 'portal',
  travis: 'github',
  'github-actions': 'github',
  'gitlab-ci': 'gitlab',
};

/** A rendered project: the text of each file by its path. */
export type Files = Record<string, string>;

/** Renders the templates with the scaffolder's own dry run. */
export class Scaffolder {
  private constructor(
    private readonly backend: Awaited<ReturnType<typeof startTestBackend>>,
  ) {}

  static async start(): Promise<Scaffolder> {
    return new Scaffolder(
      await startTestBackend({
        features: [
          scaffolderPlugin,
          scaffolderModuleGitea,
          scaffolderModuleGithub,
          scaffolderModuleGitlab,
          scaffolderModuleModelCi,
          catalogServiceMock.factory({
            entities: [
              {
                apiVersion: 'backstage.io/v1alpha1',
                kind: 'User',
                metadata: { name: 'mock', namespace: 'default' },
                spec: {},
              },
            ],
          }),
          mockServices.rootConfig.factory({
            data: { backend: { baseUrl: 'https://portal.example' } },
          }),
        ],
      }),
    );
  }

  async dryRun(template: string, values: object) {
    const response = await fetch(
      `http://localhost:${this.backend.server.port()}/api/scaffolder/v2/dry-run`,
      {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          template: await readTemplate(join(TEMPLATES, `${template}.yaml`)),
          values: {
            name: 'mine',
            description: 'Built by another CI',
            owner: 'group:default/ml',
            repoUrl: 'example.com?owner=acme&repo=mine',
            ...values,
          },
          secrets: {},
          directoryContents: readdirSync(TEMPLATES, {
            recursive: true,
            withFileTypes: true,
          })
            .filter(entry => entry.isFile())
            .map(entry => join(entry.parentPath, entry.name))
            .filter(path => !/__pycache__|\.pytest_cache/.test(path))
            .map(path => ({
              path: relative(TEMPLATES, path),
              base64Content: readFileSync(path).toString('base64'),
            })),
        }),
      },
    );
    return { status: response.status, body: await response.text() };
  }

  async render(template: string, ci: CiName): Promise<Files> {
    const host = HOSTS[ci];
    const { status, body } = await this.dryRun(template, { host, ci });
    if (status !== 200) {
      throw new Error(`${template} with ${ci} is refused: ${body}`);
    }
    const { directoryContents } = JSON.parse(body);
    return Object.fromEntries(
      directoryContents.map((file: { path: string; base64Content: string }) => [
        file.path,
        Buffer.from(file.base64Content, 'base64').toString(),
      ]),
    );
  }

  stop() {
    return this.backend.stop();
  }
}
