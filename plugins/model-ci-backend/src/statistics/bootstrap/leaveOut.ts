import type { Sample } from './sample';

/**
 * Up to here units are left out one by one; of more, blocks are left out. The third moment of the influences, which is
 * all that the acceleration needs, adds up over blocks, so that 1,000 of them give it to ± 0.0004.
 */
const MAX_BLOCKS = 1000;

/** The metric without one unit (or block of units) after the other. */
export function leaveOut({ metric, examples, groups }: Sample): Float64Array {
  const count = groups?.count ?? examples;
  const blocks = Math.min(count, MAX_BLOCKS);
  const members = membersByBlock(blocks, examples, i =>
    Math.floor(((groups ? groups.of[i] : i) * blocks) / count),
  );
  const weights = new Float64Array(examples).fill(1);
  return Float64Array.from(members, block => {
    block.forEach(i => (weights[i] = 0));
    const result = metric(weights);
    block.forEach(i => (weights[i] = 1));
    return result;
  });
}

function membersByBlock(
  blocks: number,
  examples: number,
  blockOf: (index: number) => number,
): number[][] {
  const members: number[][] = Array.from({ length: blocks }, () => []);
  for (let i = 0; i < examples; i += 1) {
    members[blockOf(i)].push(i);
  }
  return members;
}
