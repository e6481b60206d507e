import { join } from 'node:path';
import type { TemplateRenderer } from 'template-linter';
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

/**
 * The project that a template writes for another CI.
 *
 * @throws RefusedError where the CI cannot build from the host
 */
export async function renderForCi(
  renderer: TemplateRenderer,
  template: string,
  ci: CiName,
  host: string = HOSTS[ci],
): Promise<Files> {
  const { files } = await renderer.render(join(TEMPLATES, `${template}.yaml`), {
    name: 'mine',
    description: 'Built by another CI',
    owner: 'group:default/ml',
    repoUrl: 'example.com?owner=acme&repo=mine',
    host,
    ci,
  });
  return Object.fromEntries(
    [...files].map(([path, content]) => [path, content.toString()]),
  );
}
