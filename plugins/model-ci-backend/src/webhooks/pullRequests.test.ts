import type { Announcement } from './change';
import { PROVIDERS, readAnnouncement } from './readAnnouncement';
import { AFTER } from './testing/announcements';
import {
  bitbucketRequest,
  giteaRequest,
  githubRequest,
  gitlabRequest,
  SHORT,
} from './testing/requests';

function read(topic: string, announcement: Announcement) {
  const provider = PROVIDERS.find(each => each.topic === topic)!;
  return readAnnouncement(provider, announcement);
}

const HOSTS = [
  ['github', githubRequest, ['opened', 'reopened', 'synchronize'], ['closed']],
  ['gitea', giteaRequest, ['opened', 'reopened', 'synchronized'], ['closed']],
  ['gitlab', gitlabRequest, ['open', 'reopen'], ['close', 'merge']],
  [
    'bitbucketCloud',
    bitbucketRequest,
    ['created', 'updated'],
    ['fulfilled', 'rejected'],
  ],
] as const;

describe('A pull request', () => {
  it.each(HOSTS)('is read alike from %s', (topic, request, opened, closed) => {
    for (const action of [...opened, ...closed]) {
      const [{ change }] = read(topic, request({ action }));
      expect(change).toMatchObject({
        repositoryUrl: 'https://git.example/acme/models',
        after: topic === 'bitbucketCloud' ? AFTER.slice(0, SHORT) : AFTER,
        message: 'Fit the line',
        author: 'bea',
        pullRequest: {
          action: opened.some(each => each === action) ? 'open' : 'close',
          number: 12,
          url: expect.stringMatching(/[/]12$/),
          sourceBranch: 'feature/x',
          targetBranch: 'main',
          isFork: false,
          updatedAt: '2026-11-02T09:00:00.000Z',
        },
      });
      expect(change.ref).toBeUndefined();
    }
  });

  it.each(HOSTS)('of %s from a fork is one', (topic, request, [action]) => {
    const [{ change }] = read(topic, request({ action, isFork: true }));
    expect(change.pullRequest?.isFork).toBe(true);
  });

  it.each([
    ['github', githubRequest],
    ['gitea', giteaRequest],
    ['bitbucketCloud', bitbucketRequest],
  ] as const)(
    'of %s that somebody else pushes to is changed by them',
    (topic, request) => {
      const more = { sender: { login: 'mal' }, actor: { nickname: 'mal' } };
      const action = {
        ...{ github: 'synchronize', gitea: 'synchronized' },
        bitbucketCloud: 'updated',
      }[topic];
      const [{ change }] = read(topic, request({ action, more }));
      expect(change.author).toBe('mal');
      expect(change.pullRequest?.author).toBe('bea');
    },
  );

  it('of a fork that is gone is from a fork', () => {
    const { headers, payload } = githubRequest({ action: 'opened' });
    const repo = '"repo":{"full_name":"acme/models"}';
    const text = JSON.stringify(payload);
    for (const gone of [
      text.replace(repo, '"repo":null'),
      text.replaceAll(repo, '"repo":null'),
    ]) {
      const own = { headers, payload: JSON.parse(gone) };
      const [{ change }] = read('github', own);
      expect(change.pullRequest?.isFork).toBe(true);
    }
  });

  it.each([
    ['github', githubRequest({ action: 'labeled' })],
    ['github', githubRequest({ action: 'edited' })],
    ['gitea', giteaRequest({ action: 'assigned' })],
    [
      'gitea',
      giteaRequest({
        action: 'edited',
        more: { changes: { title: { from: 'Fit' } } },
      }),
    ],
    [
      'gitlab',
      gitlabRequest({
        action: 'update',
        changes: { title: { previous: 'Fit', current: 'Fit the line' } },
      }),
    ],
    ['gitlab', gitlabRequest({ action: 'approved' })],
    ['gitlab', gitlabRequest({ action: 'open', more: { last_commit: null } })],
    ['bitbucketCloud', bitbucketRequest({ action: 'comment_created' })],
  ])('of %s that has nothing new to run is nobody’s', (topic, announcement) => {
    expect(read(topic, announcement)).toEqual([]);
  });

  it.each([
    [
      'github',
      githubRequest({
        action: 'edited',
        more: { changes: { base: { ref: { from: 'dev' } } } },
      }),
    ],
    // https://github.com/go-gitea/gitea/blob/main/services/webhook/notifier.go
    [
      'gitea',
      giteaRequest({
        action: 'edited',
        more: { changes: { ref: { from: 'dev' } } },
      }),
    ],
    [
      'gitlab',
      gitlabRequest({
        action: 'update',
        changes: { target_branch: { previous: 'dev', current: 'main' } },
      }),
    ],
  ])('of %s with another target is something new', (topic, announcement) => {
    expect(read(topic, announcement)).toMatchObject([
      { change: { pullRequest: { action: 'open', targetBranch: 'main' } } },
    ]);
  });

  it('of GitLab to which commits were added is something new', () => {
    const more = { oldrev: 'c'.repeat(40) };
    expect(read('gitlab', gitlabRequest({ action: 'update', more }))).toEqual([
      expect.objectContaining({
        change: expect.objectContaining({ after: AFTER }),
      }),
    ]);
  });

  it('of GitLab is closed even where it has no commit any more', () => {
    const more = { last_commit: null, source_project_id: null };
    const [{ change }] = read(
      'gitlab',
      gitlabRequest({ action: 'close', more }),
    );
    expect(change.after).toBeUndefined();
    expect(change.pullRequest).toMatchObject({ action: 'close', isFork: true });
  });

  it('is the same whichever webhook announces it, and another once it has changed', () => {
    const digest = (more?: Record<string, unknown>, number = 12) =>
      read('github', githubRequest({ action: 'opened', number, more }))[0]
        .digest;
    expect(digest({ organization: { login: 'acme' } })).toBe(digest());
    expect(digest(undefined, 13)).not.toBe(digest());
  });

  it('whose link leads elsewhere than to a page is refused', () => {
    const { headers, payload } = githubRequest({ action: 'opened' });
    const text = JSON.stringify(payload).replaceAll(
      'https://git.example/acme/models/pull/12',
      'data:text/html,x',
    );
    expect(() =>
      read('github', { headers, payload: JSON.parse(text) }),
    ).toThrow('url');
  });
});
