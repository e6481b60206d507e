import { chooseLine, readWindow } from './lines';

const LINES = [
  { metric: 'rmse' },
  { metric: 'rmse', dataset: 'houses' },
  { metric: 'rmse', dataset: 'houses', slice: 'age=65+' },
  { metric: 'mae', dataset: 'flats' },
];

const choose = (wanted: Record<string, string>) =>
  chooseLine(LINES, part => wanted[part] ?? null);

describe('chooseLine', () => {
  it('takes the line that the parts name', () => {
    const wanted = { metric: 'rmse', dataset: 'houses', slice: 'age=65+' };
    expect(choose(wanted)?.line).toEqual(LINES[2]);
  });

  it('prefers whole data sets, and leads whatever is asked for to a line that exists', () => {
    expect(choose({ metric: 'rmse' })?.line).toEqual(LINES[0]);
    expect(choose({ metric: '__proto__', slice: 'x' })?.line).toEqual(LINES[3]);
    expect(choose({ metric: 'mae', dataset: 'houses' })?.line).toEqual(
      LINES[3],
    );
  });

  it('offers of each part what the parts before it leave', () => {
    const { choices } = choose({ metric: 'rmse', dataset: 'houses' })!;
    expect(choices.map(({ options }) => options)).toEqual([
      ['mae', 'rmse'],
      ['', 'houses'],
      [''],
      [''],
      ['', 'age=65+'],
    ]);
  });

  it('chooses nothing where there is nothing', () => {
    expect(chooseLine([], () => null)).toBeUndefined();
  });
});

describe('readWindow', () => {
  it('takes whole days, and nothing that is none', () => {
    const { from, to, scope } = readWindow(
      new URLSearchParams('from=2026-01-02&to=2026-99-99&scope=x'),
    );
    expect(from).toBe(new Date('2026-01-02T00:00:00').toISOString());
    expect(to).toBeUndefined();
    expect(scope).toBe('versions');
  });
});
