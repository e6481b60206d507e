import { PROVIDERS, readAnnouncement } from './readAnnouncement';
import { listExamples, type Payload } from './testing/publishedExamples';

/** The examples of octokit/webhooks: of github.com, and of versions of GitHub Enterprise. */
const COLLECTIONS = [
  'api.github.com',
  ...[31, 32, 33, 34, 35].map(version => `ghes-${version}`),
];

function read(event: string, payload: Payload) {
  const headers = { 'x-github-event': event, 'x-github-delivery': 'd-1' };
  return readAnnouncement(PROVIDERS[0], { headers, payload }).map(
    ({ change }) => change,
  );
}

const ACTIONS: Record<string, string> = {
  ...{ opened: 'open', reopened: 'open', synchronize: 'open' },
  closed: 'close',
};

describe.each(COLLECTIONS)('What %s sends, as it is published,', collection => {
  const examples = listExamples(collection);

  it('of pushes is read', () => {
    expect(examples('push').length).toBeGreaterThan(0);
    for (const payload of examples('push')) {
      const [change, ...others] = read('push', payload);
      expect(others).toEqual([]);
      const [, kind, name] = payload.ref.split('/');
      expect(change).toMatchObject({
        repositoryUrl: payload.repository?.html_url,
        ref: { type: kind === 'heads' ? 'branch' : 'tag', name },
        author: expect.any(String),
      });
      expect(change.after).toBe(
        payload.deleted ? undefined : payload.head_commit?.id,
      );
    }
  });

  it('of pull requests is read where there is something to run or to cancel', () => {
    expect(examples('pull_request').length).toBeGreaterThan(0);
    for (const payload of examples('pull_request')) {
      const action = ACTIONS[payload.action ?? ''];
      const { head, number } = payload.pull_request;
      const expected = {
        after: head.sha,
        pullRequest: { action, number, isFork: false },
      };
      const changes = read('pull_request', payload);
      expect(changes).toMatchObject(action ? [expected] : []);
    }
  });

  it('of webhooks that reach the portal is read', () => {
    const pings = examples('ping');
    expect(pings.map(payload => read('ping', payload).length)).toEqual(
      pings.map(({ repository }) => (repository ? 1 : 0)),
    );
  });

  it('of all else is nobody’s', () => {
    for (const event of ['create', 'delete', 'issues', 'workflow_run']) {
      const changes = examples(event).flatMap(own => read(event, own));
      expect(changes).toEqual([]);
    }
  });
});
