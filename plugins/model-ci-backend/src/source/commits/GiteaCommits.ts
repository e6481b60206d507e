import { getGiteaRequestOptions } from '@backstage/integration';
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
import { commitSchema, objectId } from './GithubCommits';

/** Leaves out of a commit what is dear to find out. */
const BRIEF = 'stat=false&verification=false&files=false';

/** Of a branch its commit has an `id`, of a tag a `sha`. */
const refSchema = z.object({
  commit: z.object({ id: objectId.optional(), sha: objectId.optional() }),
});

/** Finds commits on Gitea and Forgejo, by the integrations of app-config. */
export class GiteaCommits implements CommitFinder {
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
    const { sha, commit } = await askHost(
      `${host.api}/git/commits/${encodeURIComponent(ref)}?${BRIEF}`,
      commitSchema,
      host.send,
    );
    return {
      commit: sha,
      message: subjectOf(commit.message),
      tree: commit.tree?.sha,
      emails: emailsOf(commit.author?.email, commit.committer?.email),
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
    // Gitea takes what follows as the name, with its slashes.
    const name = ref.name.split('/').map(encodeURIComponent).join('/');
    return await isReachable(commit, {
      findHead: async () => {
        const found = await askHost(
          `${host.api}/${ref.type === 'branch' ? 'branches' : 'tags'}/${name}`,
          refSchema,
          host.send,
        );
        return found.commit.id ?? found.commit.sha ?? '';
      },
      // Its comparisons of what has no ancestor in common look like those of one commit that stands before the other.
      isBefore: async head => {
        const others = await askHost(
          `${host.api}/commits?sha=${commit}&not=${head}&limit=1&${BRIEF}`,
          z.array(z.unknown()),
          host.send,
        );
        return others.length === 0;
      },
    });
  }

  private hostOf(sourceUrl: string, signal: AbortSignal | undefined) {
    const { integrations } = this.options;
    const config = integrations.gitea.byUrl(sourceUrl)?.config;
    if (!config) {
      return undefined;
    }
    const base = config.baseUrl ?? `https://${config.host}`;
    // Gitea may live below a path of its host.
    const [name, owner] = repositoryOf(sourceUrl, integrations)
      .split('/')
      .reverse();
    return {
      api: `${base}/api/v1/repos/${owner}/${name}`,
      send: (url: string) =>
        fetch(url, { ...getGiteaRequestOptions(config), signal }),
    };
  }
}
