import { z } from 'zod';
import type { Announcement, Change } from './change';
import { headerOf, known, skipsRuns } from './readParts';

type Request = NonNullable<Change['pullRequest']>;

const number = z.int().positive();
const sideSchema = z.object({
  ref: z.string(),
  sha: z.string(),
  /** Null where the fork is gone. */
  repo: z.object({ full_name: z.string() }).nullish(),
});

const githubSchema = z.object({
  action: z.string(),
  number,
  pull_request: z.object({
    title: z.string(),
    html_url: z.string(),
    updated_at: z.string(),
    user: z.object({ login: z.string() }).nullish(),
    head: sideSchema,
    base: sideSchema,
  }),
  /** What was edited: the target is `base` on GitHub, and `ref` on Gitea. */
  changes: z
    .object({ base: z.unknown().optional(), ref: z.unknown().optional() })
    .nullish(),
  /** Who did this, such as pushing to the branch of somebody else's request. */
  sender: z.object({ login: z.string() }).nullish(),
  repository: z.object({
    html_url: z.string(),
    default_branch: z.string().nullish(),
  }),
});

/** What happened to a request, for each word of GitHub and Gitea. */
const ACTIONS = new Map<string, Request['action']>([
  ['opened', 'open'],
  ['reopened', 'open'],
  ['synchronize', 'open'],
  ['synchronized', 'open'],
  ['closed', 'close'],
]);

/** Of GitHub, and of Gitea, which writes them alike. */
export function readGithubRequest(
  { payload }: Announcement,
  shared: Pick<Change, 'provider' | 'deliveryId' | 'event'>,
): Change[] {
  const { action, changes, ...request } = githubSchema.parse(payload);
  const { head, base, ...own } = request.pull_request;
  const isRetargeted =
    action === 'edited' && (changes?.base ?? changes?.ref) !== undefined;
  const what = isRetargeted ? 'open' : ACTIONS.get(action);
  return what
    ? [
        {
          ...shared,
          event: `${shared.event} ${action}`,
          repositoryUrl: request.repository.html_url,
          ...known('defaultBranch', request.repository.default_branch),
          after: head.sha,
          message: own.title,
          ...(skipsRuns(own.title) && { skip: 'message' as const }),
          ...known('author', request.sender?.login),
          pullRequest: {
            ...known('author', own.user?.login),
            action: what,
            number: request.number,
            url: own.html_url,
            sourceBranch: head.ref,
            targetBranch: base.ref,
            isFork: isFork(head.repo?.full_name, base.repo?.full_name),
            updatedAt: timeOf(own.updated_at),
          },
        },
      ]
    : [];
}

const gitlabSchema = z.object({
  user: z.object({ username: z.string() }).nullish(),
  project: z.object({
    web_url: z.string(),
    default_branch: z.string().nullish(),
  }),
  object_attributes: z.object({
    iid: number,
    action: z.string().nullish(),
    title: z.string(),
    url: z.string(),
    updated_at: z.string(),
    source_branch: z.string(),
    target_branch: z.string(),
    source_project_id: z.number().nullish(),
    target_project_id: z.number(),
    /** Null where the source branch has nothing that the target has not, or is gone. */
    last_commit: z.object({ id: z.string() }).nullish(),
    /** The commit before, where commits were added. */
    oldrev: z.string().nullish(),
  }),
  changes: z.object({ target_branch: z.unknown().optional() }).nullish(),
});

/** Events that webhooks cause share one UUID with their cause, so that it is only for a GitLab without the other key. */
export function gitlabDelivery(announcement: Announcement): string {
  return (
    headerOf(announcement, 'idempotency-key') ??
    headerOf(announcement, 'x-gitlab-event-uuid') ??
    ''
  );
}

/** Of GitLab, whose updates are mostly of words and labels. */
export function readGitlabRequest(announcement: Announcement): Change[] {
  const { object_attributes: own, ...event } = gitlabSchema.parse(
    announcement.payload,
  );
  const isMoved =
    own.action === 'update' &&
    (own.oldrev || event.changes?.target_branch !== undefined);
  const isOpened = own.action === 'open' || own.action === 'reopen';
  const isClosed = own.action === 'close' || own.action === 'merge';
  const isNew = (isMoved || isOpened) && own.last_commit;
  return isNew || isClosed
    ? [
        {
          provider: 'gitlab',
          deliveryId: gitlabDelivery(announcement),
          event: `merge_request ${own.action}`,
          repositoryUrl: event.project.web_url,
          ...known('defaultBranch', event.project.default_branch),
          ...known('after', own.last_commit?.id),
          message: own.title,
          ...(skipsRuns(own.title) && { skip: 'message' as const }),
          ...known('author', event.user?.username),
          pullRequest: {
            action: isClosed ? 'close' : 'open',
            number: own.iid,
            url: own.url,
            sourceBranch: own.source_branch,
            targetBranch: own.target_branch,
            isFork: isFork(own.source_project_id, own.target_project_id),
            updatedAt: timeOf(own.updated_at),
          },
        },
      ]
    : [];
}

const bitbucketSide = z.object({
  branch: z.object({ name: z.string() }),
  commit: z.object({ hash: z.string() }).nullish(),
  repository: z.object({ full_name: z.string() }).nullish(),
});

const bitbucketUser = z.object({ nickname: z.string().nullish() }).nullish();

const bitbucketSchema = z.object({
  /** Who did this. */
  actor: bitbucketUser,
  repository: z.object({
    links: z.object({ html: z.object({ href: z.string() }) }),
  }),
  pullrequest: z.object({
    id: number,
    title: z.string(),
    updated_on: z.string(),
    links: z.object({ html: z.object({ href: z.string() }) }),
    author: bitbucketUser,
    source: bitbucketSide,
    destination: bitbucketSide,
  }),
});

const BITBUCKET = new Map<string, Request['action']>([
  ['pullrequest:created', 'open'],
  ['pullrequest:updated', 'open'],
  ['pullrequest:fulfilled', 'close'],
  ['pullrequest:rejected', 'close'],
]);

/** Of Bitbucket Cloud, which does not say what was updated. */
export function readBitbucketRequest(announcement: Announcement): Change[] {
  const event = headerOf(announcement, 'x-event-key') ?? '';
  const action = BITBUCKET.get(event);
  if (!action) {
    return [];
  }
  const { actor, repository, pullrequest } = bitbucketSchema.parse(
    announcement.payload,
  );
  const { source, destination, ...own } = pullrequest;
  return [
    {
      provider: 'bitbucket',
      deliveryId: headerOf(announcement, 'x-request-uuid') ?? '',
      event,
      repositoryUrl: repository.links.html.href,
      ...known('after', source.commit?.hash),
      message: own.title,
      ...(skipsRuns(own.title) && { skip: 'message' as const }),
      ...known('author', actor?.nickname),
      pullRequest: {
        ...known('author', own.author?.nickname),
        action,
        number: own.id,
        url: own.links.html.href,
        sourceBranch: source.branch.name,
        targetBranch: destination.branch.name,
        isFork: isFork(
          source.repository?.full_name,
          destination.repository?.full_name,
        ),
        updatedAt: timeOf(own.updated_on),
      },
    },
  ];
}

/** What is not known is not trusted. */
function isFork<T>(source: T | null | undefined, target: T | null | undefined) {
  return source === null || source === undefined || source !== target;
}

/** GitLab writes `2026-11-02 09:00:00 UTC`; all others ISO 8601. Throws a `RangeError` for what is no time. */
function timeOf(text: string): string {
  return new Date(text.replace(/ UTC$/, 'Z').replace(' ', 'T')).toISOString();
}
