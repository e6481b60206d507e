import { NotFoundError } from '@backstage/errors';
import { getBitbucketCloudRequestOptions } from '@backstage/integration';
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

const commitSchema = z.object({
  hash: objectId,
  message: z.string().nullish(),
  // As git writes it: `Name <address>`. Bitbucket reports no committer, and no tree.
  author: z.object({ raw: z.string().nullish() }).nullish(),
});
const refSchema = z.object({ target: commitSchema });

/** What can only be a commit, or a part of the name of one. */
const HASH = /^[0-9a-f]{7,64}$/;

interface Host {
  api: string;
  send(url: string): Promise<Response>;
}

/** Finds commits on Bitbucket Cloud, by the integrations of app-config. */
export class BitbucketCommits implements CommitFinder {
  constructor(private readonly options: IntegrationFinderOptions) {}

  async find(
    sourceUrl: string,
    ref: string,
    signal?: AbortSignal,
  ): Promise<FoundCommit | undefined> {
    const host = await this.hostOf(sourceUrl, signal);
    if (!host) {
      return undefined;
    }
    const { hash, message, author } = await findCommit(host, ref);
    const address = /<([^<>]*)>\s*$/.exec(author?.raw ?? '')?.[1];
    return {
      commit: hash,
      message: subjectOf(message ?? undefined),
      emails: emailsOf(address),
    };
  }

  async isOn(
    sourceUrl: string,
    commit: string,
    ref: NamedRef,
    signal?: AbortSignal,
  ): Promise<boolean | undefined> {
    const host = await this.hostOf(sourceUrl, signal);
    return (
      host &&
      (await isReachable(commit, {
        findHead: async () => (await findTarget(host, ref)).hash,
        isBefore: async head => {
          const { values } = await askHost(
            `${host.api}/commits/${commit}?exclude=${head}&pagelen=1`,
            z.object({ values: z.array(z.unknown()) }),
            host.send,
          );
          return values.length === 0;
        },
      }))
    );
  }

  private async hostOf(
    sourceUrl: string,
    signal: AbortSignal | undefined,
  ): Promise<Host | undefined> {
    const { integrations } = this.options;
    const config = integrations.bitbucketCloud.byUrl(sourceUrl)?.config;
    if (!config) {
      return undefined;
    }
    const options = await getBitbucketCloudRequestOptions(config);
    const { pathname } = new URL(repositoryOf(sourceUrl, integrations));
    return {
      api: `${config.apiBaseUrl}/repositories${pathname}`,
      send: url => fetch(url, { ...options, signal }),
    };
  }
}

/** A branch may be called as if it were a commit; then it is not taken for one that is there. */
async function findCommit(host: Host, ref: string) {
  const ways = [
    ...(HASH.test(ref)
      ? [() => askHost(`${host.api}/commit/${ref}`, commitSchema, host.send)]
      : []),
    () => findTarget(host, { type: 'branch', name: ref }),
    () => findTarget(host, { type: 'tag', name: ref }),
  ];
  for (const find of ways) {
    try {
      return await find();
    } catch (error) {
      if (!NotFoundError.is(error)) {
        throw error;
      }
    }
  }
  throw new NotFoundError(
    `${host.api} has no branch, tag or commit ${JSON.stringify(ref)}`,
  );
}

async function findTarget(host: Host, { type, name }: NamedRef) {
  // Bitbucket takes what follows as the name, with its slashes.
  const path = name.split('/').map(encodeURIComponent).join('/');
  const { target } = await askHost(
    `${host.api}/refs/${type === 'branch' ? 'branches' : 'tags'}/${path}`,
    refSchema,
    host.send,
  );
  return target;
}
