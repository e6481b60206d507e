import { digestOf } from '@model-ci/backstage-plugin-model-ci-node';
import { parseRecord } from './record';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('the record of a sidecar', () => {
  it('has what became of each result', () => {
    const { ranMs, failure, results } = parseRecord(
      [
        ...['alive', 'ran 1500', `0 uploaded ${DIGEST}`, '1 missing'],
        ...["2 refused Link 'a' points to '/etc'", '3 rejected 422 {"e":1}'],
        ...['4 rejected 413 too large', 'end', ''],
      ].join('\n'),
    );
    expect({ ranMs, failure }).toEqual({ ranMs: 1500 });
    expect(digestOf(results.get(0), 'm')).toBe(DIGEST);
    const errorOf = (number: number) => {
      try {
        return digestOf(results.get(number), 'm');
      } catch (error) {
        return error;
      }
    };
    expect(errorOf(1)).toMatchObject({ name: 'NotFoundError' });
    expect(errorOf(2)).toMatchObject({
      name: 'InputError',
      message: "Link 'a' points to '/etc'",
    });
    expect(errorOf(3)).toMatchObject({ name: 'NotFoundError' });
    expect(errorOf(4)).toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('413'),
    });
    expect(errorOf(5)).toMatchObject({ name: 'NotFoundError' });
  });

  it('says why a workspace could not be fetched', () => {
    expect(parseRecord('ran 3\nfetch-failed HTTP 403\nend\n').failure).toBe(
      'HTTP 403',
    );
  });

  it('says why results are not stored yet', () => {
    const { startedAt, results, unstored } = parseRecord(
      'ran 3\nstarted 1795817366783\n0 missing\nunstored HTTP 507 disk full\nend\n',
    );
    expect(unstored).toBe('HTTP 507 disk full');
    expect(results.size).toBe(1);
    expect(startedAt).toBe('2026-11-27T22:09:26.783Z');
  });

  it('is no record where its end is missing', () => {
    expect(() => parseRecord('ran 3\n0 missing\n')).toThrow('not whole');
    expect(() => parseRecord('')).toThrow('not whole');
  });
});
