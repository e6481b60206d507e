import { InputError, ServiceUnavailableError } from '@backstage/errors';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { explain } from '../engines/errors';
import { localEngine } from '../testing/localEngine';
import { BuildErrored, BuildFailed } from './BuildFailed';
import { blameOf, judgeFailure } from './judgeFailure';
import { Patience } from './Patience';

const coded = (message: string, more: object) =>
  Object.assign(new Error(message), more);

describe('who is to blame for a build that failed', () => {
  it.each([
    [
      'nothing listens on the socket',
      explain(coded('connect ENOENT', { code: 'ENOENT' }), localEngine()),
    ],
    ['a broken connection', coded('socket hang up', { code: 'ECONNRESET' })],
    ['an error of the server', coded('server error', { statusCode: 500 })],
    [
      'a full disk',
      explain(
        coded('write /x: no space left on device', { statusCode: 500 }),
        localEngine(),
      ),
    ],
    ['a registry', new ServiceUnavailableError('its registry was not used')],
    ['something that is not understood', 'what is this'],
  ])('is the platform, which is tried again: %s', (_, error) => {
    const { type, reason: why } = judgeFailure(error, 'docker-1');
    expect(type).toBe('away');
    expect(why.code).toBe('image.engineFailed');
    // What was said is kept
    expect(why.text).toContain(
      error instanceof Error ? error.message : 'what is this',
    );
  });

  it('is the stage, or the platform for good, where that is known', () => {
    const why = reason('image.failed', { error: 'x' });
    expect(judgeFailure(new BuildFailed(why), 'n')).toEqual({
      type: 'failed',
      reason: why,
    });
    expect(judgeFailure(new BuildErrored(why), 'n')).toEqual({
      type: 'errored',
      reason: why,
    });
    expect(judgeFailure(new InputError('no link'), 'n')).toMatchObject({
      type: 'failed',
      reason: { code: 'image.refused', parameters: { error: 'no link' } },
    });
  });

  it.each([
    [
      'platform',
      'failed to copy files: copy file range failed: no space left on device',
    ],
    [
      'platform',
      'ApplyLayer exit status 1 stdout: stderr: write /x: no space left on device',
    ],
    ['platform', 'Get "https://r.example/v2/": dial tcp: i/o timeout'],
    ['platform', 'cannot join network of a non running container: 12ab'],
    ['platform', 'received unexpected HTTP status: 503 Service Unavailable'],
    [
      'stage',
      "The command '/bin/sh -c echo no space left on device; false' returned a non-zero code: 1",
    ],
    [
      'stage',
      'COPY failed: file not found in build context or excluded by .dockerignore: stat x: file does not exist',
    ],
    ['stage', 'unknown instruction: RNU'],
    ['stage', 'something that is not understood'],
  ])('is the %s where a step says: %s', (blame, text) => {
    expect(blameOf(text)).toBe(blame);
  });
});

describe('patience with trouble', () => {
  it('ends after a while, and before the time limit would', () => {
    let now = 0;
    const patience = new Patience(3_600_000, () => now);
    expect(patience.lasts(10_000)).toBe(true);
    now = 580_000;
    expect(patience.lasts(10_000)).toBe(true);
    now = 595_000;
    expect(patience.lasts(10_000)).toBe(false);
    patience.renew();
    expect(patience.lasts(10_000)).toBe(true);
    now = 3_580_000;
    patience.renew();
    expect(patience.lasts(10_000)).toBe(true);
    expect(patience.lasts(15_000)).toBe(false);
  });
});
