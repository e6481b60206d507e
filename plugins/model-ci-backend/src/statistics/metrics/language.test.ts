import { same } from '../testing/expected';
import { bleu, perplexity } from './language';

const all = Float64Array.of(1, 1);

describe('perplexity', () => {
  it('weighs tokens, not examples', () => {
    const metric = perplexity(Float64Array.of(2, 30), Float64Array.of(1, 10));
    expect(metric(all)).toEqual(same(Math.exp(32 / 11)));
  });
});

describe('bleu', () => {
  const counts = (matched: number[][]) => ({
    orders: matched.map((order, n) => ({
      matched: Float64Array.from(order),
      total: Float64Array.of(10 - n, 12 - n),
    })),
    outputLength: Float64Array.of(10, 12),
    referenceLength: Float64Array.of(11, 14),
  });

  it('is the geometric mean of the corpus precisions, times the brevity penalty', () => {
    const metric = bleu(
      counts([
        [8, 9],
        [6, 5],
        [4, 3],
        [2, 2],
      ]),
    );
    const precisions = [17 / 22, 11 / 20, 7 / 18, 4 / 16];
    const product = precisions.reduce((a, b) => a * b);
    expect(metric(all)).toEqual(same(Math.exp(1 - 25 / 22) * product ** 0.25));
  });

  it('is 0 without a match of the longest order', () => {
    const metric = bleu(
      counts([
        [8, 9],
        [6, 5],
        [4, 3],
        [0, 0],
      ]),
    );
    expect(metric(all)).toBe(0);
  });
});
