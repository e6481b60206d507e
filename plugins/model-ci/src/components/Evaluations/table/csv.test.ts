import { toCsv } from './csv';

describe('toCsv', () => {
  it('quotes what separates, and writes numbers as they are', () => {
    expect(
      toCsv([
        ['a', 'b'],
        ['x,"y"\n', -1.5],
        [undefined, 0],
      ]),
    ).toBe('a,b\r\n"x,""y""\n",-1.5\r\n,0\r\n');
  });

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    ' =1+1',
    '\t=1',
    '\r=1',
    '＝1+1',
    '=HYPERLINK("https://evil.example","x")',
  ])('lets no spreadsheet take %j for a formula', text => {
    expect(toCsv([[text]])).toMatch(/^"'/);
  });
});
