import { packDefinition, unpackDefinition } from './packDefinition';

const stage = (env: Record<string, string>) => ({
  version: 1,
  stages: { a: { run: ['A', 'a'], env }, b: { run: 'b', env: { path: '1' } } },
});

describe('packDefinition', () => {
  it('leaves a definition whose keys all differ as it is', () => {
    const definition = stage({ PATH: '1', HOME: '2' });
    expect(packDefinition(definition)).toBe(definition);
    expect(unpackDefinition(definition)).toBe(definition);
  });

  it('makes text of one whose keys differ only in case, which comes back whole', () => {
    const definition = stage({ PATH: '1', Path: '2' });
    expect(packDefinition(definition)).toEqual(expect.any(String));
    expect(unpackDefinition(packDefinition(definition))).toEqual(definition);
  });

  it('sees that keys meet across levels, as the catalog joins them by dots', () => {
    expect(packDefinition({ 'a.b': 1, a: { B: 2 } })).toEqual(
      expect.any(String),
    );
  });

  it('leaves what is no definition alone', () => {
    for (const value of ['later', null, 7, ['a']]) {
      expect(packDefinition(value)).toBe(value);
      expect(unpackDefinition(value)).toBe(value);
    }
  });
});
