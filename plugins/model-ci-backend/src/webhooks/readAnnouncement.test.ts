import type { Announcement } from './change';
import { PROVIDERS, readAnnouncement } from './readAnnouncement';
import {
  AFTER,
  BEFORE,
  bitbucketPush,
  bitbucketRef,
  giteaPush,
  githubPush,
  gitlabPush,
  NONE,
} from './testing/announcements';

function read(topic: string, announcement: Announcement) {
  const provider = PROVIDERS.find(each => each.topic === topic)!;
  return readAnnouncement(provider, announcement).map(({ change }) => change);
}

const TOPICS = [
  ['github', githubPush()],
  ['gitlab', gitlabPush()],
  ['gitea', giteaPush()],
  ['bitbucketCloud', bitbucketPush()],
] as const;

/** Oldest first, as hosts list them, up to the one that was pushed. */
function listCommits(length: number) {
  return Array.from({ length }, (_, index) => ({
    id: index === length - 1 ? AFTER : index.toString(16).padStart(40, '0'),
    message: `Commit ${index}\n${'x'.repeat(1_000)}`,
    ...{ added: [`new/${index}`], removed: [], modified: ['train.py'] },
  }));
}

describe('A push', () => {
  it.each(TOPICS)('is read alike from %s', (topic, announcement) => {
    const [change, ...others] = read(topic, announcement);
    expect(others).toEqual([]);
    expect(change).toMatchObject({
      event: expect.stringMatching(/push/i),
      deliveryId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      repositoryUrl: expect.stringMatching(/^https:.*[/]acme[/]models$/),
      ref: { type: 'branch', name: 'main' },
      before: BEFORE,
      after: AFTER,
      message: 'Fit the line',
      author: 'ann',
    });
    expect(change.skip).toBeUndefined();
  });

  it.each([
    ['feature/a-b', 'feature/a-b'],
    ['refs/heads/x', 'refs/heads/x'],
    ['功能/новая-ветка', '功能/новая-ветка'],
    ['b'.repeat(250), 'b'.repeat(250)],
    ["it's $(rm -rf) `x`", "it's $(rm -rf) `x`"],
  ])('is of the branch %s', (branch, name) => {
    const ref = `refs/heads/${branch}`;
    expect(
      [
        read('github', githubPush({ ref })),
        read('gitlab', gitlabPush({ ref })),
        read('gitea', giteaPush({ ref })),
        read(
          'bitbucketCloud',
          bitbucketPush([{ old: null, new: bitbucketRef(AFTER, branch) }]),
        ),
      ].map(([change]) => change.ref),
    ).toEqual(Array.from({ length: 4 }, () => ({ type: 'branch', name })));
  });

  it('of a name that no run can have is refused', () => {
    const ref = `refs/heads/${'b'.repeat(251)}`;
    expect(() => read('github', githubPush({ ref }))).toThrow('too_big');
  });

  it('of notes is nobody’s', () => {
    expect(read('github', githubPush({ ref: 'refs/notes/commits' }))).toEqual(
      [],
    );
  });

  it('names all changed files only where GitHub lists them all', () => {
    const paths = (change: object) =>
      read('github', githubPush({ ...change }))[0].paths;
    expect(paths({})).toEqual(['data/x.csv', 'train.py']);
    expect(paths({ forced: true })).toBeUndefined();
    expect(paths({ created: true, before: NONE })).toBeUndefined();
    const ofTwo = listCommits(2);
    expect(paths({ commits: ofTwo })).toEqual(['new/0', 'new/1', 'train.py']);
    // Not up to the newest one.
    expect(paths({ commits: ofTwo.slice(0, 1) })).toBeUndefined();
    const many = Array.from({ length: 300 }, (_, index) => `f${index}`);
    const [own] = listCommits(1);
    expect(paths({ commits: [{ ...own, added: many }] })).toBeUndefined();
    expect(read('gitlab', gitlabPush())[0].paths).toBeUndefined();
    expect(read('gitea', giteaPush())[0].paths).toBeUndefined();
  });

  it('of 1,000 commits keeps all files of GitHub’s, and nothing else of them', () => {
    const commits = listCommits(1_000);
    const [change] = read('github', githubPush({ commits }));
    expect(change.paths).toEqual(
      ['train.py', ...commits.flatMap(({ added }) => added)].sort(),
    );
    const { paths, ...rest } = change;
    expect(JSON.stringify(rest)).not.toContain('x'.repeat(100));
  });

  // As many as each host lists of 1,000 commits and more. What is missing may be what a filter looks for.
  it.each([
    ['github', githubPush({ commits: listCommits(2_048) })],
    ['github', githubPush({ commits: listCommits(20) })],
    [
      'gitlab',
      gitlabPush({ commits: listCommits(20), total_commits_count: 1_000 }),
    ],
    ['gitea', giteaPush({ commits: listCommits(5), total_commits: 1_000 })],
    [
      'bitbucketCloud',
      bitbucketPush([
        {
          old: bitbucketRef(BEFORE),
          new: bitbucketRef(AFTER),
          commits: listCommits(5).map(({ id }) => ({ hash: id })),
          truncated: true,
        },
      ]),
    ],
  ])('of which %s lists not every commit names no files', (topic, own) => {
    const [change] = read(topic, own);
    expect(change).toMatchObject({ before: BEFORE, after: AFTER });
    expect(change.paths).toBeUndefined();
  });

  it.each(['Fix [skip ci]', 'Fix\n\n[CI SKIP]'])(
    'asks by %j for no run',
    message => {
      const head = { id: AFTER, message, added: [], removed: [], modified: [] };
      expect(
        [
          read('github', githubPush({ head_commit: head })),
          read('gitea', giteaPush({ head_commit: head })),
          read('gitlab', gitlabPush({ commits: [head] })),
          read(
            'bitbucketCloud',
            bitbucketPush([
              {
                old: null,
                new: bitbucketRef(AFTER, 'main', 'branch', message),
              },
            ]),
          ),
        ].map(([{ skip }]) => skip),
      ).toEqual(Array.from({ length: 4 }, () => 'message'));
    },
  );

  it('asks GitLab by an option for no run', () => {
    const push_options = { ci: { skip: true } };
    expect(read('gitlab', gitlabPush({ push_options }))[0].skip).toBe('option');
  });

  it('of an annotated tag is of the commit that the tag names', () => {
    const ref = 'refs/tags/v1';
    const tag = 'f'.repeat(40);
    const head = { id: AFTER, message: 'm' };
    expect(
      [
        read('github', githubPush({ ref, after: tag, head_commit: head })),
        read('gitea', giteaPush({ ref, after: tag, head_commit: head })),
        read(
          'gitlab',
          gitlabPush({
            object_kind: 'tag_push',
            ref,
            after: tag,
            before: NONE,
          }),
        ),
      ].map(([change]) => [change.ref, change.after]),
    ).toEqual(
      Array.from({ length: 3 }, () => [{ type: 'tag', name: 'v1' }, AFTER]),
    );
  });

  it('that deletes a branch has no commit', () => {
    const gone = { after: NONE, head_commit: null, checkout_sha: null };
    expect(
      [
        read('github', githubPush(gone)),
        read('gitlab', gitlabPush(gone)),
        read('gitea', giteaPush(gone)),
        read(
          'bitbucketCloud',
          bitbucketPush([{ old: bitbucketRef(BEFORE), new: null }]),
        ),
      ].map(([change]) => [change.ref?.name, change.after]),
    ).toEqual(Array.from({ length: 4 }, () => ['main', undefined]));
  });

  it('of several branches of Bitbucket is several changes, each with an id', () => {
    const changes = read(
      'bitbucketCloud',
      bitbucketPush([
        { old: null, new: bitbucketRef(AFTER, 'a') },
        { old: null, new: bitbucketRef(AFTER, 'b') },
      ]),
    );
    expect(changes.map(({ ref }) => ref?.name)).toEqual(['a', 'b']);
    expect(new Set(changes.map(({ deliveryId }) => deliveryId)).size).toBe(2);
  });
});

describe('Other announcements', () => {
  it('of GitHub that it reaches the portal are shown', () => {
    const [change] = read('github', {
      headers: { 'x-github-event': 'ping', 'x-github-delivery': 'd' },
      payload: {
        zen: 'z',
        repository: { html_url: 'https://github.com/acme/models/' },
      },
    });
    expect(change).toMatchObject({
      event: 'ping',
      repositoryUrl: 'https://github.com/acme/models',
    });
    expect(change.ref).toBeUndefined();
  });

  it.each(TOPICS)('of %s are nobody’s', (topic, { payload }) => {
    expect(read(topic, { headers: {}, payload })).toEqual([]);
  });

  it.each(TOPICS)('of %s that are none are refused', (topic, { headers }) => {
    for (const payload of [null, 'text', [], { ref: 7 }]) {
      expect(() => read(topic, { headers, payload })).toThrow();
    }
  });

  it('that carry no id are known by what they say', () => {
    const { headers, payload } = githubPush();
    const without = { ...headers, 'x-github-delivery': undefined };
    const [{ deliveryId }] = read('github', { headers: without, payload });
    expect(deliveryId).toMatch(/^[0-9a-f]{64}$/);
  });
});
