import { shownDecimals } from './shownDecimals';

function show(numbers: number[], edges?: number[]): number[] {
  const decimals = shownDecimals(numbers, edges);
  return numbers.map(value => Number(value.toFixed(decimals)));
}

describe('shownDecimals', () => {
  it.each([
    [[12344.1081, 12344.8919], [12345], [12344.108, 12344.892]],
    [[12344.108, 12345.4], [12345], [12344.11, 12345.4]],
    [[0.949953, 0.97], [0.95], [0.94995, 0.97]],
    [[0.123456, 0.234567], [0.1], [0.123, 0.235]],
    [[123446.2, 523453.7], [], [123446, 523454]],
    [
      [-0.0004, 0.31],
      [-0.01, 0],
      [-0.0004, 0.31],
    ],
    [[1.23456e-7, 3.4567e-7], [], [1.23e-7, 3.46e-7]],
    [[0.95], [0.95], [0.95]],
    [[0, 0], [0], [0, 0]],
  ])('shows %j beside %j as %j', (numbers, edges, shown) => {
    expect(show(numbers, edges)).toEqual(shown);
  });

  it('leaves out what is open', () => {
    expect(shownDecimals([undefined, 0.51234], [0.5123])).toBe(5);
    expect(shownDecimals([undefined, undefined])).toBe(0);
    expect(shownDecimals([-Infinity, NaN])).toBe(0);
  });
});
