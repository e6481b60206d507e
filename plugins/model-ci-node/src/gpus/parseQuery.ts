import type { GpuReading } from './types';

/** What `nvidia-smi --query-gpu` is asked for. Drivers of ten years know all of it. */
export const QUERY_FIELDS = [
  'index',
  'uuid',
  'name',
  'driver_version',
  'memory.total',
  'memory.used',
  'utilization.gpu',
  'power.draw',
  'mig.mode.current',
] as const;

type Field = (typeof QUERY_FIELDS)[number];

export interface QueriedGpu extends GpuReading {
  /** Whether it is split into MIG devices. */
  isSplit: boolean;
}

/**
 * Reads the CSV of `nvidia-smi --query-gpu=… --format=csv`, by the names in its first line. A value that is no number,
 * such as `[N/A]`, is absent; a line without a UUID is no GPU.
 */
export function parseQuery(csv: string): QueriedGpu[] {
  const [head = '', ...lines] = csv
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
  const names = cells(head).map(name => name.replace(/ \[.*\]$/, ''));
  return lines.flatMap(line => {
    const values = cells(line);
    const find = (field: Field) => values[names.indexOf(field)];
    const id = find('uuid');
    return id?.startsWith('GPU-') ? [toGpu(id, find)] : [];
  });
}

function toGpu(
  id: string,
  find: (field: Field) => string | undefined,
): QueriedGpu {
  const utilization = readNumber(find('utilization.gpu'), '%');
  return {
    id,
    isSplit: find('mig.mode.current') === 'Enabled',
    ...present({
      model: find('name'),
      driver: find('driver_version'),
      memoryBytes: readMebibytes(find('memory.total')),
      utilization: utilization === undefined ? undefined : utilization / 100,
      usedMemoryBytes: readMebibytes(find('memory.used')),
      watts: readNumber(find('power.draw'), 'W'),
    }),
  };
}

function cells(line: string): string[] {
  return line.split(',').map(cell => cell.trim());
}

function readMebibytes(text: string | undefined): number | undefined {
  const mebibytes = readNumber(text, 'MiB');
  return mebibytes === undefined ? undefined : mebibytes * 2 ** 20;
}

function readNumber(
  text: string | undefined,
  unit: string,
): number | undefined {
  const [, digits, written] = /^(\d+(?:\.\d+)?) ?(\S*)$/.exec(text ?? '') ?? [];
  return digits !== undefined && (written === unit || written === '')
    ? Number(digits)
    : undefined;
}

function present<T extends object>(values: T): T {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as T;
}
