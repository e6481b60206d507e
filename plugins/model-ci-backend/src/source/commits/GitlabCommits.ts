import {
  getGitLabIntegrationRelativePath,
  getGitLabRequestOptions,
} from '@backstage/integration';
import { z } from 'zod';
import { repositoryOf } from '../sourceUrl';
import { askHost } from './askHost';
import {
  type CommitFinder,
  emailsOf,
  type FoundCommit,
  type IntegrationFinderOptions,
  isReachable,
  type NamedRef,
  subjectOf,
} from './CommitFinder';
import { objectId } from './GithubCommits';

/** What GitLab answers where two commits have no ancestor in common, and where one of them is not there. */
const WITHOUT_BASE = new Set([400, 404]);

/** GitLab gives the id of no commit's tree, by none of its interfaces. */
const commitSchema = z.object({
  id: objectId,
  message: z.string(),
  author_email: z.string().nullish(),
  committer_email: z.string().nullish(),
});

/** Finds commits on GitLab, by the integrations of app-config. */
export class GitlabCommits implements CommitFinder {
  constructor(private readonly options: IntegrationFinderOptions) {}

  async find(
    sourceUrl: string,
    ref: string,
    signal?: AbortSignal,
  ): Promise<FoundCommit | undefined> {
    const host = this.hostOf(sourceUrl, signal);
    if (!host) {
      return undefined;
    }
    const found = await askHost(
      `${host.api}/commits/${encodeURIComponent(ref)}`,
      commitSchema,
      host.send,
    );
    return {
      commit: found.id,
      message: subjectOf(found.message),
      emails: emailsOf(found.author_email, found.committer_email),
    };
  }

  async isOn(
    sourceUrl: string,
    commit: string,
    ref: NamedRef,
    signal?: AbortSignal,
  ): Promise<boolean | undefined> {
    const host = this.hostOf(sourceUrl, signal);
    if (!host) {
      return undefined;
    }
    const kind = ref.type === 'branch' ? 'branches' : 'tags';
    return await isReachable(commit, {
      findHead: async () => {
        const found = await askHost(
          `${host.api}/${kind}/${encodeURIComponent(ref.name)}`,
          z.object({ commit: z.object({ id: objectId }) }),
          host.send,
        );
        return found.commit.id;
      },
      isBefore: async head => {
        const base = await askHost(
          `${host.api}/merge_base?refs[]=${head}&refs[]=${commit}`,
          z.object({ id: objectId }),
          host.send,
          WITHOUT_BASE,
        );
        return base.id === commit;
      },
    });
  }

  private hostOf(sourceUrl: string, signal: AbortSignal | undefined) {
    const { integrations } = this.options;
    const integration = integrations.gitlab.byUrl(sourceUrl);
    if (!integration) {
      return undefined;
    }
    const { config } = integration;
    const { pathname } = new URL(repositoryOf(sourceUrl, integrations));
    const project = pathname
      .slice(getGitLabIntegrationRelativePath(config).length)
      .replace(/^\//, '');
    return {
      api: `${config.apiBaseUrl}/projects/${encodeURIComponent(
        decodeURIComponent(project),
      )}/repository`,
      send: (url: string) =>
        integration.fetch(url, { ...getGitLabRequestOptions(config), signal }),
    };
  }
}
