import type { RefStep } from '../git/history';
import { findMoves } from './findMoves';

const ANN = 'user:default/ann';
const BEN = 'user:default/ben';

function find(
  announced: Record<string, string>,
  heads: Record<string, string>,
  steps: Record<string, RefStep[]> = {},
) {
  return findMoves({
    announced: new Map(Object.entries(announced)),
    heads: new Map(Object.entries(heads)),
    steps: new Map(Object.entries(steps)),
    fallbackUser: 'group:default/ml',
  });
}

describe('findMoves', () => {
  it('finds nothing where every branch stands as announced', () => {
    expect(find({ main: 'a' }, { main: 'a' })).toEqual([]);
  });

  it('owes one event for each recorded step', () => {
    const [moved] = find(
      { main: 'a' },
      { main: 'c' },
      {
        main: [
          { after: 'a', by: BEN },
          { before: 'a', after: 'b', by: ANN },
          { before: 'b', after: 'c', by: BEN },
        ],
      },
    );
    expect(moved).toEqual({
      branch: 'main',
      announced: 'a',
      head: 'c',
      moves: [
        { branch: 'main', before: 'a', after: 'b', pushedBy: ANN },
        { branch: 'main', before: 'b', after: 'c', pushedBy: BEN },
      ],
    });
  });

  it('leaves a step that came after the look at the heads to the next look', () => {
    const [moved] = find(
      { main: 'a' },
      { main: 'b' },
      {
        main: [
          { before: 'a', after: 'b', by: ANN },
          { before: 'b', after: 'c', by: BEN },
        ],
      },
    );
    expect(moved.moves).toEqual([
      { branch: 'main', before: 'a', after: 'b', pushedBy: ANN },
    ]);
  });

  it('starts a new branch without a commit before it', () => {
    const [moved] = find(
      {},
      { main: 'a' },
      { main: [{ after: 'a', by: ANN }] },
    );
    expect(moved.moves).toEqual([
      { branch: 'main', before: undefined, after: 'a', pushedBy: ANN },
    ]);
  });

  it('spans a gap in the record with one event', () => {
    const [moved] = find(
      { main: 'a' },
      { main: 'd' },
      {
        main: [
          { before: 'a', after: 'b', by: BEN },
          { before: 'c', after: 'd', by: ANN },
        ],
      },
    );
    expect(moved.moves).toEqual([
      { branch: 'main', before: 'a', after: 'd', pushedBy: ANN },
    ]);
  });

  it('names the fallback where the repository has no record of a portal user', () => {
    expect(find({ old: 'a' }, {})[0].moves).toEqual([
      {
        branch: 'old',
        before: 'a',
        after: undefined,
        pushedBy: 'group:default/ml',
      },
    ]);
    const [byHand] = find(
      {},
      { main: 'a' },
      { main: [{ after: 'a', by: 'root' }] },
    );
    expect(byHand.moves[0].pushedBy).toBe('group:default/ml');
  });
});
