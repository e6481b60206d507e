import type { Knex } from 'knex';
import { findPipelines } from '../database/operations/pipelines/findPipelines';
import { BitbucketCommits } from '../source/commits/BitbucketCommits';
import { EmbeddedCommits } from '../source/commits/EmbeddedCommits';
import { GiteaCommits } from '../source/commits/GiteaCommits';
import { GithubCommits } from '../source/commits/GithubCommits';
import { GitlabCommits } from '../source/commits/GitlabCommits';
import { createDefinitionReader } from '../source/definitionReader';
import { RepositoryFinder } from '../source/repositories/RepositoryFinder';
import { UrlSourceReader } from '../source/UrlSourceReader';
import type { ModelCiServices } from './ModelCiServices';
import type { Settings } from './readSettings';

/** How repositories, their commits and their definitions are read. */
export function createSource(
  services: ModelCiServices,
  { engine, integrations }: Settings,
  db: Knex,
) {
  const reader = services.urlReader;
  const definitions = createDefinitionReader({ reader, integrations });
  const source = new UrlSourceReader({
    reader,
    integrations,
    definitions,
    entityUrlOf: async ref => {
      const [row] = await findPipelines(db, [ref]);
      return row?.entity_url ?? undefined;
    },
    finders: [
      new EmbeddedCommits(services),
      new GithubCommits({ integrations }),
      new GitlabCommits({ integrations }),
      new GiteaCommits({ integrations }),
      new BitbucketCommits({ integrations }),
    ],
    maxBytes: engine.maxSourceBytes,
    maxEntries: engine.maxSourceEntries,
  });
  const repositoryFinder = new RepositoryFinder({ ...services, integrations });
  return { definitions, source, repositoryFinder };
}
