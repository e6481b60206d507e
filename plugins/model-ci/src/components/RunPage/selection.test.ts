import { quoted } from '@model-ci/backstage-plugin-model-ci-common';
import { DIGEST, runStage } from '../../__testUtils__/fixtures';
import { layoutStages } from './layout';
import { stageOfInterest, tabOfInterest } from './selection';

describe('stageOfInterest', () => {
  const ok = runStage({ name: 'ok' });
  const tolerated = runStage({
    name: 'lint',
    status: 'failed',
    allowFailure: true,
  });
  const failed = runStage({ name: 'test', status: 'failed' });
  const running = runStage({ name: 'train', status: 'running' });
  it.each([
    ['the one that went wrong', [ok, tolerated, running, failed], 'test'],
    [
      'the one that runs, before one that may fail',
      [ok, tolerated, running],
      'train',
    ],
    [
      'one that waits for a person, before one that may fail',
      [ok, tolerated, runStage({ name: 'judge', status: 'waiting' })],
      'judge',
    ],
    [
      'one that waits for a node, before one that may fail',
      [ok, tolerated, runStage({ name: 'big', status: 'queued' })],
      'big',
    ],
    ['one that may fail, when all is over', [ok, tolerated], 'lint'],
    [
      'the last that ended',
      [ok, runStage({ name: 'later', finishedAt: '2027-01-01T00:00:00.000Z' })],
      'later',
    ],
  ])('is %s', (_, stages, name) =>
    expect(stageOfInterest(stages)?.name).toBe(name),
  );

  it('is nothing where there are no stages', () =>
    expect(stageOfInterest([])).toBeUndefined());
});

describe('tabOfInterest', () => {
  it('is the log of a stage whose command failed', () =>
    expect(tabOfInterest(runStage({ status: 'failed' }))).toBe('log'));

  it('is the gates of a stage that a person decides about, or has decided about', () =>
    expect(
      tabOfInterest(
        runStage({
          status: 'waiting',
          approvals: [
            {
              id: 'a1',
              question: quoted('too close to call'),
              askedAt: '2027-01-01T00:00:00.000Z',
            },
          ],
          gates: [
            {
              stage: 'test',
              demand: {},
              metric: 'rmse',
              verdict: 'inconclusive',
              reason: quoted('too close to call'),
            },
          ],
        }),
      ),
    ).toBe('gates'));

  it('is the gates of a stage that they failed', () =>
    expect(
      tabOfInterest(
        runStage({
          status: 'failed',
          reports: [{ kind: 'metrics', path: 'm', digest: DIGEST, metrics: 1 }],
          gates: [
            {
              stage: 'test',
              demand: {},
              metric: 'rmse',
              verdict: 'fail',
              reason: quoted('too high'),
            },
          ],
        }),
      ),
    ).toBe('gates'));
});

describe('layoutStages', () => {
  it('places each stage to the right of what it needs', () => {
    const { positions, edges } = layoutStages([
      { name: 'a', needs: [] },
      { name: 'b', needs: ['a'] },
      { name: 'c', needs: ['a', 'gone'] },
      { name: 'd', needs: ['b', 'c'] },
    ]);
    const x = (name: string) => positions.get(name)!.x;
    expect(x('a')).toBeLessThan(x('b'));
    expect(x('b')).toBe(x('c'));
    expect(x('c')).toBeLessThan(x('d'));
    expect(positions.get('b')!.y).not.toBe(positions.get('c')!.y);
    expect(edges).toHaveLength(4);
  });
});
