import { pairCommonExamples, pairExamples } from './pairing';

describe('pairExamples', () => {
  it('pairs by id, in the order of the ids', () => {
    expect(
      pairExamples({ ids: ['b', 'a', 'c'] }, { ids: ['c', 'b', 'a'] }),
    ).toEqual({
      kind: 'paired',
      pairs: {
        baseline: Int32Array.of(1, 0, 2),
        candidate: Int32Array.of(2, 1, 0),
      },
    });
  });

  it('names all that keeps two evaluations from being compared', () => {
    const baseline = {
      ids: ['a', 'b', 'b', 'd'],
      dataDigest: 'sha256:1',
      taskHash: 'x',
    };
    const candidate = { ids: ['a', 'b', 'e'], dataDigest: 'sha256:2' };
    expect(pairExamples(baseline, candidate)).toEqual({
      kind: 'refused',
      mismatches: [
        {
          reason: 'other-data',
          baseline: 'sha256:1',
          candidate: 'sha256:2',
        },
        { reason: 'other-task', baseline: 'x', candidate: undefined },
        { reason: 'duplicate-ids', side: 'baseline', ids: ['b'], count: 1 },
        { reason: 'missing-ids', ids: ['d'], count: 1 },
        { reason: 'extra-ids', ids: ['e'], count: 1 },
      ],
    });
  });

  it('refuses examples that moved to another group', () => {
    const ids = ['a', 'b'];
    expect(
      pairExamples({ ids, groups: ['1', '1'] }, { ids, groups: ['1', '2'] }),
    ).toEqual({
      kind: 'refused',
      mismatches: [{ reason: 'other-groups', ids: ['b'], count: 1 }],
    });
    expect(pairExamples({ ids, groups: ['1', '1'] }, { ids }).kind).toBe(
      'paired',
    );
  });

  it('names a bounded number of ids and counts all', () => {
    const ids = Array.from({ length: 1000 }, (_, i) => `id ${i}`);
    const pairing = pairExamples({ ids }, { ids: [] });
    expect(pairing).toMatchObject({
      mismatches: [{ reason: 'missing-ids', count: 1000 }],
    });
    expect(
      pairing.kind === 'refused' &&
        'ids' in pairing.mismatches[0] &&
        pairing.mismatches[0].ids,
    ).toHaveLength(20);
  });

  it('takes no name of an object property for an id', () => {
    const ids = ['__proto__', 'constructor'];
    expect(pairExamples({ ids }, { ids }).kind).toBe('paired');
    expect(pairExamples({ ids }, { ids: ['a', 'b'] }).kind).toBe('refused');
  });
});

describe('pairCommonExamples', () => {
  it('pairs what both have, whatever the data is called', () => {
    expect(
      pairCommonExamples(
        { ids: ['a', 'b'], dataDigest: 'sha256:1' },
        { ids: ['c', 'b'], dataDigest: 'sha256:2' },
      ),
    ).toEqual({
      kind: 'paired',
      pairs: { baseline: Int32Array.of(1), candidate: Int32Array.of(1) },
    });
  });

  it('does not guess which of two examples with one id is meant', () => {
    expect(pairCommonExamples({ ids: ['a', 'a'] }, { ids: ['a'] }).kind).toBe(
      'refused',
    );
  });
});
