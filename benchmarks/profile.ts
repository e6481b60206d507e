/**
 * Where the time of a CPU profile went: waiting, system calls, garbage collection, and each package.
 *
 *   node --cpu-prof --cpu-prof-dir=profiles --require @backstage/cli/config/nodeTransform.cjs benchmarks/throughput.ts 3 5000 'Model CI, PostgreSQL'
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/profile.ts profiles/<the largest>.cpuprofile
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const LINES = 16;

const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string() }),
    }),
  ),
  /** The node that was running at each sample. */
  samples: z.array(z.number()),
  /** Microseconds before each sample. */
  timeDeltas: z.array(z.number()),
});

type CallFrame = z.output<typeof profileSchema>['nodes'][number]['callFrame'];

/** What a function belongs to, as far as its URL says; native functions stand for themselves. */
function ownerOf({ functionName, url }: CallFrame): string {
  const [, dependency] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  const [, room] = /\/((?:plugins|benchmarks)\/[^/]+)/.exec(url) ?? [];
  return (
    dependency ?? room ?? (url.startsWith('node:') ? 'node' : functionName)
  );
}

function main(): void {
  const [, , file] = process.argv;
  if (!file) {
    throw new Error('Name the file of a profile');
  }
  const { nodes, samples, timeDeltas } = profileSchema.parse(
    JSON.parse(readFileSync(file, 'utf8')),
  );
  const owners = new Map(nodes.map(node => [node.id, ownerOf(node.callFrame)]));
  const times = new Map<string, number>();
  samples.forEach((id, index) => {
    const owner = owners.get(id) ?? 'unknown';
    times.set(owner, (times.get(owner) ?? 0) + timeDeltas[index]);
  });
  const total = timeDeltas.reduce((sum, time) => sum + time, 0);
  [...times]
    .sort(([, a], [, b]) => b - a)
    .slice(0, LINES)
    .forEach(([owner, time]) =>
      console.log(
        `${((100 * time) / total).toFixed(1).padStart(5)} %  ${owner}`,
      ),
    );
}

main();
