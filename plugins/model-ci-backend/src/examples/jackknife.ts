import { indexGroups, type Groups } from '../statistics/groups';
import type { Metric } from '../statistics/metrics/metric';
import { below, seededRandom } from '../statistics/random';
import { breathe } from './breathe';

/**
 * Blocks of which one at a time is left out. Not configurable: with as many the error of a standard error is about 7 %,
 * and with fewer examples than blocks each block is one example.
 */
const BLOCKS = 100;
/** Always the same blocks of the same examples. */
const SEED = 20261128;

/**
 * The standard error of a metric by the delete-a-group jackknife (Quenouille 1956, Kott 2001): examples of one group are
 * left out together. Undefined where the examples do not define it.
 */
export async function jackknifeError(
  metric: Metric,
  examples: number,
  labels?: readonly string[],
): Promise<number | undefined> {
  const units: Groups = labels
    ? indexGroups(labels)
    : {
        of: Int32Array.from({ length: examples }, (_, i) => i),
        count: examples,
      };
  const blocks = Math.min(BLOCKS, units.count);
  if (blocks < 2) {
    return undefined;
  }
  const blockOf = assignBlocks(units.count, blocks);
  const values = new Float64Array(blocks);
  const weights = new Float64Array(examples);
  for (let block = 0; block < blocks; block += 1) {
    for (let i = 0; i < examples; i += 1) {
      weights[i] = blockOf[units.of[i]] === block ? 0 : 1;
    }
    values[block] = metric(weights);
    await breathe();
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / blocks;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const error = Math.sqrt(((blocks - 1) / blocks) * squares);
  return Number.isFinite(error) ? error : undefined;
}

/** Blocks of the same size, in no order of the units. */
function assignBlocks(units: number, blocks: number): Int32Array {
  const blockOf = Int32Array.from({ length: units }, (_, i) => i % blocks);
  const random = seededRandom(SEED, 0);
  for (let i = units - 1; i > 0; i -= 1) {
    const j = below(random, i + 1);
    [blockOf[i], blockOf[j]] = [blockOf[j], blockOf[i]];
  }
  return blockOf;
}
