import type { NodeResources } from '@model-ci/backstage-plugin-model-ci-common';

/** Partition, whether it is up, longest time, cpus, memory (MB), gres of one machine of a group; their number, state. */
export const SINFO_FORMAT = '%R|%a|%l|%c|%m|%D|%T|%G';

/** What sinfo says of a partition, over all its machines. */
export interface Partition {
  name: string;
  availability: string;
  /** As Slurm writes it: `1-00:00:00`, `infinite`. */
  timeLimit: string;
  /** Undefined where it has none. */
  timeLimitSeconds?: number;
  /** What the largest attempt may ask for. */
  capacity: NodeResources;
  gpuTypes: string[];
  /** Machines by state. */
  machines: Record<string, number>;
}

const MIB = 2 ** 20;

export function parseSinfo(text: string): Map<string, Partition> {
  const found = new Map<string, Partition>();
  for (const line of text.split('\n').filter(Boolean)) {
    const [name, availability, timeLimit, cpus, memory, count, state, ...gres] =
      line.split('|');
    const { gpus, types } = parseGres(gres.join('|'));
    const seconds = parseTime(timeLimit);
    const before = found.get(name);
    found.set(name, {
      ...{ name, availability, timeLimit },
      ...(seconds !== undefined && { timeLimitSeconds: seconds }),
      capacity: {
        cpus: Math.max(before?.capacity.cpus ?? 0, parseInt(cpus, 10) || 0),
        memoryBytes: Math.max(
          before?.capacity.memoryBytes ?? 0,
          (parseInt(memory, 10) || 0) * MIB,
        ),
        gpus: Math.max(before?.capacity.gpus ?? 0, gpus),
      },
      gpuTypes: [...new Set([...(before?.gpuTypes ?? []), ...types])].sort(),
      machines: {
        ...before?.machines,
        [state]: (before?.machines[state] ?? 0) + (parseInt(count, 10) || 0),
      },
    });
  }
  return found;
}

/** `gpu:a100:2(S:0-1),gpu:1,shard:8` are three GPUs, of which two are of a known type. */
export function parseGres(text: string): { gpus: number; types: string[] } {
  const found = [
    ...text.matchAll(/(?:^|,)gpu(?::([^:,()]+))?:(\d+)(?:\([^)]*\))?/g),
  ];
  return {
    gpus: found.reduce((sum, [, , count]) => sum + Number(count), 0),
    types: found.flatMap(([, type]) => (type ? [type] : [])),
  };
}

/** Seconds of `minutes:seconds`, `hours:minutes:seconds` or `days-…`; undefined for `infinite`. */
export function parseTime(text: string): number | undefined {
  const [, days = '0', clock] = /^(?:(\d+)-)?([\d:]+)$/.exec(text) ?? [];
  if (clock === undefined) {
    return undefined;
  }
  const seconds = clock
    .split(':')
    .reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days) * 86_400 + seconds;
}
