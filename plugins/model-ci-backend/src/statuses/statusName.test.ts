import type { RunTrigger } from '@model-ci/backstage-plugin-model-ci-common';
import { shorten, statusName } from './statusName';

function nameOf(ref: string, trigger: RunTrigger, targetBranch?: string) {
  const request = { number: 1, url: 'https://git.example/1', targetBranch };
  return statusName({
    pipeline_ref: `modelpipeline:${ref}`,
    trigger,
    pull_request: targetBranch
      ? JSON.stringify({ ...request, sourceBranch: 'x' })
      : null,
  });
}

describe('The name of a status', () => {
  it.each<[string, RunTrigger, string | undefined, string]>([
    ['default/x', 'push', undefined, 'model-ci/x'],
    ['team-b/x', 'push', undefined, 'model-ci/team-b/x'],
    ['default/x', 'tag', undefined, 'model-ci/x (tag)'],
    [
      'default/x',
      'pull_request',
      'main',
      'model-ci/x (pull request into main)',
    ],
  ])('of %s, %s, %s is %s', (ref, trigger, target, name) => {
    expect(nameOf(ref, trigger, target)).toBe(name);
  });

  it('is no longer than hosts take it, and another for another run', () => {
    const branch = 'b'.repeat(249);
    const names = ['1', '2'].map(end =>
      nameOf('default/x', 'pull_request', branch + end),
    );
    expect(names.map(({ length }) => length)).toEqual([255, 255]);
    expect(names[0]).not.toBe(names[1]);
    expect(shorten('short', 40)).toBe('short');
  });

  it('ends in no half of a character', () => {
    for (const start of ['', 'a']) {
      const name = shorten(`${start}${'🐈'.repeat(50)}`, 40);
      // Throws where half of one is left.
      expect(encodeURIComponent(name)).toMatch(/-[0-9a-f]{16}$/);
      expect(name.length).toBeLessThanOrEqual(40);
    }
  });
});
