import type { NamedRef } from './commits/CommitFinder';
import { verifyCommit } from './verifyCommit';

const COMMIT = '5f2c1c9e0d3b4a5968778695a4b3c2d1e0f9a8b7';
const sourceUrl = 'https://github.com/org/model/tree/main/';

/** A repository in which the commit is on some branches and tags. */
function createSource(answer: (ref: string) => boolean | undefined) {
  return {
    findDefaultBranch: () => 'main',
    repository: () => 'https://github.com/org/model',
    isOn: jest.fn(async (_url: string, _commit: string, ref: NamedRef) =>
      answer(`${ref.type} ${ref.name}`),
    ),
  };
}

describe('whether a commit is where it is said to be', () => {
  it.each([
    [{}, 'branch main'],
    [{ ref: COMMIT }, 'branch main'],
    [{ ref: 'main' }, 'branch main'],
    [{ ref: 'refs/heads/功能/pull/7' }, 'branch 功能/pull/7'],
    [{ ref: 'refs/tags/v1.2.3' }, 'tag v1.2.3'],
    [{ ref: 'model@1.0' }, 'branch model@1.0'],
    [{ ref: 'v1' }, 'tag v1'],
    [{ ref: COMMIT.slice(0, 7), isChosen: true }, 'branch main'],
  ])('is gone where the repository has it there: %j', async (claim, where) => {
    const source = createSource(ref => ref === where);
    const asked = { sourceUrl, commit: COMMIT, ...claim };
    expect(await verifyCommit(source, asked)).toBeUndefined();
  });

  it.each([
    // On the default branch alone, but claimed for another one
    [{ ref: 'refs/heads/release' }, 'branch main'],
    [{ ref: 'release' }, 'branch main'],
    // A tag that is called like the default branch does not stand for it.
    [{ ref: 'main' }, 'tag main'],
    [{}, 'branch feature'],
    [{ ref: 'refs/pull/7/head', isChosen: true }, 'branch refs/pull/7/head'],
    [{ ref: 'refs/merge-requests/7/head' }, 'branch main'],
    [{ ref: 'pull/7/head', isChosen: true }, 'nowhere'],
  ])('stays where it does not: %j, only on %s', async (claim, where) => {
    const source = createSource(ref => ref === where);
    const unverified = await verifyCommit(source, {
      ...{ sourceUrl, commit: COMMIT },
      ...claim,
    });
    expect(unverified?.code).toBe('trust.notOnRef');
    expect(unverified?.text).toContain(COMMIT);
  });

  it('stays where the host cannot be asked', async () => {
    const unknown = createSource(() => undefined);
    const asked = { sourceUrl, commit: COMMIT, ref: 'main' };
    const unverified = await verifyCommit(unknown, asked);
    expect(unverified?.code).toBe('trust.hostNotAsked');
  });

  it('is not decided while the host does not answer', async () => {
    const source = createSource(() => {
      throw new Error('503');
    });
    await expect(
      verifyCommit(source, { sourceUrl, commit: COMMIT }),
    ).rejects.toThrow('503');
  });
});
