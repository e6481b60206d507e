import { z } from 'zod';
import { readGithubRequest } from './pullRequests';
import type { AnnouncementReader, Change } from './change';
import {
  commitOf,
  commitSchema,
  headerOf,
  known,
  pathsOf,
  readMessage,
  readRef,
} from './readParts';

/** GitHub lists no more commits than these in one announcement; an older GitHub Enterprise no more than 20. */
const MAX_COMMITS = new Set([20, 2_048]);

const repositorySchema = z.object({
  html_url: z.string(),
  default_branch: z.string().nullish(),
});

export const pushSchema = z.object({
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  created: z.boolean().nullish(),
  forced: z.boolean().nullish(),
  head_commit: commitSchema.nullish(),
  commits: z.array(commitSchema).nullish(),
  repository: repositorySchema,
  sender: z.object({ login: z.string() }).nullish(),
  pusher: z.object({ name: z.string().nullish() }).nullish(),
});

const pingSchema = z.object({
  // A webhook of an organisation has none.
  repository: repositorySchema.optional(),
  sender: z.object({ login: z.string() }).nullish(),
});

/** Announcements of GitHub and GitHub Enterprise. */
export const readGithub: AnnouncementReader = announcement => {
  const event = headerOf(announcement, 'x-github-event') ?? '';
  const shared = {
    provider: 'github',
    deliveryId: headerOf(announcement, 'x-github-delivery') ?? '',
    event,
  };
  if (event === 'ping') {
    const { repository, sender } = pingSchema.parse(announcement.payload);
    return repository
      ? [
          {
            ...shared,
            repositoryUrl: repository.html_url,
            ...known('author', sender?.login),
          },
        ]
      : [];
  }
  if (event === 'pull_request') {
    return readGithubRequest(announcement, shared);
  }
  return event === 'push' ? readPush(announcement.payload, shared) : [];
};

function readPush(
  payload: unknown,
  shared: Pick<Change, 'provider' | 'deliveryId' | 'event'>,
): Change[] {
  const push = pushSchema.parse(payload);
  const ref = readRef(push.ref);
  // An annotated tag points at an object of its own; its commit is named beside it.
  const after = commitOf(push.after) && (push.head_commit?.id ?? push.after);
  const commits = push.commits ?? [];
  const isWhole =
    !push.forced &&
    !push.created &&
    !MAX_COMMITS.has(commits.length) &&
    commits.some(({ id }) => id === after);
  return ref
    ? [
        {
          ...shared,
          repositoryUrl: push.repository.html_url,
          ref,
          ...known('defaultBranch', push.repository.default_branch),
          ...known('before', commitOf(push.before)),
          ...known('after', after),
          ...readMessage(push.head_commit?.message),
          ...known('author', push.sender?.login ?? push.pusher?.name),
          ...known('paths', isWhole ? pathsOf(commits) : undefined),
        },
      ]
    : [];
}
