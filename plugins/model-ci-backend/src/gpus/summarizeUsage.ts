import {
  reason,
  type GpuEnergy,
  type GpuTotal,
  type GpuUsage,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { StoredUsage } from '../database/operations/gpus/usageSchema';

/** Loading of data and code takes time in which nothing is wrong. */
const REMARKABLE_SECONDS = 60;
const REMARKABLE_SHARE = 0.5;

type Summary = Omit<
  GpuUsage,
  'stage' | 'instance' | 'attempt' | 'running' | 'device'
>;

/** What is shown of a GPU. */
export function summarizeUsage(usage: StoredUsage): Summary {
  const { points, ratedSeconds } = usage;
  const remark = remarkOf(usage);
  const { seconds, utilization, memoryBytes, watts } = points;
  return {
    ...(usage.model !== undefined && { model: usage.model }),
    ...(usage.driver !== undefined && { driver: usage.driver }),
    ...(usage.memoryBytes !== undefined && { memoryBytes: usage.memoryBytes }),
    seconds: usage.seconds,
    idleSeconds: usage.idleSeconds,
    ...(ratedSeconds > 0 && { utilization: usage.busySeconds / ratedSeconds }),
    ...(usage.peakMemoryBytes !== undefined && {
      peakMemoryBytes: usage.peakMemoryBytes,
    }),
    ...(usage.energy && {
      energy: {
        joules: usage.energy.joules,
        isEstimate: usage.energy.type === 'estimate',
      },
    }),
    ...(remark && { remark }),
    points: { seconds, utilization, memoryBytes, watts },
  };
}

/** An idle GPU is pointed out; nobody else can have it meanwhile. */
function remarkOf({ idleSeconds, ratedSeconds }: StoredUsage) {
  const isRemarkable =
    idleSeconds >= REMARKABLE_SECONDS &&
    idleSeconds >= ratedSeconds * REMARKABLE_SHARE;
  return isRemarkable ? idleRemark(idleSeconds, ratedSeconds) : undefined;
}

function idleRemark(idleSeconds: number, ratedSeconds: number): Reason {
  const time = { seconds: Math.round(idleSeconds) };
  return idleSeconds >= ratedSeconds
    ? reason('gpu.unused', { time })
    : reason('gpu.idle', {
        time,
        of: { seconds: Math.round(ratedSeconds) },
      });
}

/** All of a run together; undefined where there is none. */
export function totalOf(usages: GpuUsage[]): GpuTotal | undefined {
  if (usages.length === 0) {
    return undefined;
  }
  const energies = usages.flatMap(({ energy }): GpuEnergy[] =>
    energy ? [energy] : [],
  );
  return {
    models: [...new Set(usages.flatMap(({ model }) => model ?? []))].sort(),
    gpuSeconds: sum(usages.map(({ seconds }) => seconds)),
    ...(energies.length > 0 && {
      energy: {
        joules: sum(energies.map(({ joules }) => joules)),
        isEstimate: energies.some(({ isEstimate }) => isEstimate),
      },
    }),
  };
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
