import { z } from 'zod';
import { gitlabDelivery, readGitlabRequest } from './pullRequests';
import type { AnnouncementReader } from './change';
import {
  commitOf,
  commitSchema,
  headerOf,
  known,
  readMessage,
  readRef,
} from './readParts';

const pushSchema = z.object({
  object_kind: z.enum(['push', 'tag_push']),
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  /** Commit of an annotated tag, whose own object is `after`. */
  checkout_sha: z.string().nullish(),
  user_username: z.string().nullish(),
  project: z.object({
    web_url: z.string(),
    default_branch: z.string().nullish(),
  }),
  /** The newest 20 at most. */
  commits: z.array(commitSchema).nullish(),
  push_options: z
    .object({ ci: z.object({ skip: z.unknown() }).nullish() })
    .nullish(),
});

/** Announcements of GitLab, which do not say whether history was rewritten: their files may not be all that differ. */
export const readGitlab: AnnouncementReader = announcement => {
  const event = headerOf(announcement, 'x-gitlab-event') ?? '';
  if (event === 'Merge Request Hook') {
    return readGitlabRequest(announcement);
  }
  if (event !== 'Push Hook' && event !== 'Tag Push Hook') {
    return [];
  }
  const push = pushSchema.parse(announcement.payload);
  const ref = readRef(push.ref);
  const commits = push.commits ?? [];
  const after = commitOf(push.after) && (push.checkout_sha ?? push.after);
  const head = commits.find(({ id }) => id === after);
  return ref
    ? [
        {
          provider: 'gitlab',
          deliveryId: gitlabDelivery(announcement),
          event,
          repositoryUrl: push.project.web_url,
          ref,
          ...known('defaultBranch', push.project.default_branch),
          ...known('before', commitOf(push.before)),
          ...known('after', after),
          ...readMessage(head?.message),
          ...(push.push_options?.ci?.skip !== undefined && {
            skip: 'option' as const,
          }),
          ...known('author', push.user_username),
        },
      ]
    : [];
};
