import { z } from 'zod';
import { readBitbucketRequest } from './pullRequests';
import type { AnnouncementReader } from './change';
import { headerOf, known, readMessage } from './readParts';

const refSchema = z.object({
  /** Repositories of Mercurial, which Bitbucket no longer has, knew others. */
  type: z.string(),
  name: z.string(),
  target: z.object({
    hash: z.string(),
    message: z.string().nullish(),
  }),
});

const pushSchema = z.object({
  repository: z.object({
    links: z.object({ html: z.object({ href: z.string() }) }),
  }),
  actor: z
    .object({
      nickname: z.string().nullish(),
      display_name: z.string().nullish(),
    })
    .nullish(),
  push: z.object({
    changes: z
      .array(z.object({ old: refSchema.nullish(), new: refSchema.nullish() }))
      .max(100),
  }),
});

/** Announcements of Bitbucket Cloud, which names no files, and several refs in one. */
export const readBitbucket: AnnouncementReader = announcement => {
  const event = headerOf(announcement, 'x-event-key') ?? '';
  if (event.startsWith('pullrequest:')) {
    return readBitbucketRequest(announcement);
  }
  if (event !== 'repo:push') {
    return [];
  }
  const { repository, actor, push } = pushSchema.parse(announcement.payload);
  const id = headerOf(announcement, 'x-request-uuid') ?? '';
  return push.changes.flatMap(({ old, new: now }, index) => {
    const named = now ?? old;
    const type = named?.type;
    return named && (type === 'branch' || type === 'tag')
      ? [
          {
            provider: 'bitbucket',
            deliveryId: push.changes.length === 1 ? id : `${id}:${index}`,
            event,
            repositoryUrl: repository.links.html.href,
            ref: { type, name: named.name },
            ...known('before', old?.target.hash),
            ...known('after', now?.target.hash),
            ...readMessage(now?.target.message),
            ...known('author', actor?.nickname ?? actor?.display_name),
          },
        ]
      : [];
  });
};
