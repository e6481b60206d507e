import type { GpuReading } from '@model-ci/backstage-plugin-model-ci-node';
import type { StoredUsage } from '../database/operations/gpus/usageSchema';
import { addPoint } from './addPoint';

/** A GPU that is at work for less than this share of the time does nothing but wait. */
const IDLE_BELOW = 0.05;
/** Between two readings that are further apart nobody knows what was done, such as while no backend was there. */
const LONGEST_GAP_MS = 30_000;

/** As often as GPUs are read by default. Points stand for more once there are too many. */
const FIRST_POINT_SECONDS = 5;

/** Adds a reading to what is known of a GPU, as if what it said had been so since the reading before. */
export function addReading(
  before: StoredUsage | undefined,
  reading: GpuReading,
  now: number,
): StoredUsage {
  const usage = before ?? begin(now);
  const gap = Math.max(0, now - usage.lastAt);
  const seconds = gap > LONGEST_GAP_MS ? 0 : gap / 1000;
  const { utilization, usedMemoryBytes, watts } = reading;
  const isRated = utilization !== undefined;
  const isIdle = isRated && utilization < IDLE_BELOW;
  const peak = Math.max(usedMemoryBytes ?? -1, usage.peakMemoryBytes ?? -1);
  return {
    ...usage,
    ...describe(reading),
    lastAt: now,
    seconds: usage.seconds + seconds,
    idleSeconds: usage.idleSeconds + (isIdle ? seconds : 0),
    ratedSeconds: usage.ratedSeconds + (isRated ? seconds : 0),
    busySeconds: usage.busySeconds + (utilization ?? 0) * seconds,
    ...(peak >= 0 && { peakMemoryBytes: peak }),
    ...energyOf(usage, reading, seconds),
    last: {
      ...(isRated && { utilization }),
      ...(watts !== undefined && { watts }),
    },
    ...addPoint(usage, (now - usage.startedAt) / 1000, {
      utilization: utilization ?? null,
      memoryBytes: usedMemoryBytes ?? null,
      watts: watts ?? null,
    }),
  };
}

function begin(now: number): StoredUsage {
  return {
    startedAt: now,
    lastAt: now,
    seconds: 0,
    idleSeconds: 0,
    ratedSeconds: 0,
    busySeconds: 0,
    last: {},
    pointSeconds: FIRST_POINT_SECONDS,
    points: {
      seconds: [],
      counts: [],
      utilization: [],
      memoryBytes: [],
      watts: [],
    },
  };
}

function describe({ model, driver, memoryBytes }: GpuReading) {
  return {
    ...(model !== undefined && { model }),
    ...(driver !== undefined && { driver }),
    ...(memoryBytes !== undefined && { memoryBytes }),
  };
}

/**
 * What the counter has grown by, whatever was missed in between. It begins anew when the driver is loaded anew. Without a
 * counter, power times time; once there was one, a reading without it changes nothing.
 */
function energyOf(
  { energy, last }: StoredUsage,
  { energyJoules: counter, watts }: GpuReading,
  seconds: number,
): Pick<StoredUsage, 'energy'> {
  if (counter !== undefined && energy?.type === 'counter') {
    const grown = counter >= energy.last ? counter - energy.last : counter;
    const joules = energy.joules + grown;
    return { energy: { type: 'counter', joules, last: counter } };
  }
  if (counter !== undefined && !energy) {
    return { energy: { type: 'counter', joules: 0, last: counter } };
  }
  if (energy?.type === 'counter' || watts === undefined) {
    return energy ? { energy } : {};
  }
  // Between two readings, the mean of both.
  const mean = (watts + (last.watts ?? watts)) / 2;
  const joules = (energy?.joules ?? 0) + mean * seconds;
  return { energy: { type: 'estimate', joules } };
}
