import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { hasCode } from '../workspace/fileErrors';
import { ENERGY_SCRIPT, parseEnergy } from './energyScript';
import { parseQuery, QUERY_FIELDS } from './parseQuery';
import type { GpuDevice, GpuReading } from './types';

/** Not configurable: it answers within a second, and one that hangs has a driver that hangs. */
const TIMEOUT_MS = 15_000;
/** What ends at all when it is killed ends at once. */
const KILL_MS = 1_000;
/** A driver may come, be exchanged, and a device may go, without the backend being started anew. */
const DEVICES_FOR_MS = 60_000;
/** Python, or the counter, is not there now and will not be in a moment. */
const NO_ENERGY_FOR_MS = 10 * 60_000;

/** Runs a program of the node and answers what it writes. */
export type RunProgram = (program: string, args: string[]) => Promise<string>;

export interface GpusFound {
  /** Whole devices; those that are split by MIG are left out. */
  devices: GpuDevice[];
  /** What is wrong with them and what to do about it. */
  message?: string;
}

/**
 * The NVIDIA GPUs of this machine, by the tools that come with their driver. However many attempts ask, one `nvidia-smi`
 * and one reading of the counters run per interval.
 */
export class GpuTools {
  private found?: { until: number; answer: Promise<GpusFound> };
  private lastFound?: GpusFound;
  private read?: { until: number; answer: Promise<GpuReading[]> };
  private noEnergyUntil = 0;
  /** Those that have not ended. A process that waits for its driver cannot be killed, and another would wait beside it. */
  private readonly underWay = new Set<string>();

  constructor(
    private readonly options: {
      /** Milliseconds for which a reading is shared. */
      intervalMs?: number;
      run?: RunProgram;
      now?(): number;
    } = {},
  ) {}

  /** The devices; none where the driver is not installed. What was there before stays while it cannot be asked. */
  async devices(): Promise<GpusFound> {
    const now = this.now();
    if (!this.found || now >= this.found.until) {
      this.found = { until: now + DEVICES_FOR_MS, answer: this.find() };
    }
    return await this.found.answer;
  }

  /** What all devices do just now. */
  async readings(): Promise<GpuReading[]> {
    const now = this.now();
    if (!this.read || now >= this.read.until) {
      const { intervalMs = 4_000 } = this.options;
      const answer = this.readAll();
      // Whoever asks sees the failure; nobody but the first may be there to do so.
      answer.catch(() => {});
      this.read = { until: now + intervalMs, answer };
    }
    return await this.read.answer;
  }

  private async find(): Promise<GpusFound> {
    try {
      const gpus = await this.query();
      const split = gpus.filter(({ isSplit }) => isSplit);
      this.lastFound = {
        devices: gpus
          .filter(({ isSplit }) => !isSplit)
          .map(({ id, model, driver, memoryBytes }) => ({
            id,
            model,
            driver,
            memoryBytes,
          })),
        ...(split.length > 0 && { message: splitMessage(split) }),
      };
      return this.lastFound;
    } catch (error) {
      if (hasCode(error, 'ENOENT') && !this.lastFound) {
        return { devices: [] };
      }
      return {
        devices: this.lastFound?.devices ?? [],
        message: `nvidia-smi does not answer, so that GPUs cannot be looked at: ${firstLine(
          error,
        )}`,
      };
    }
  }

  private async readAll(): Promise<GpuReading[]> {
    const [gpus, energy] = await Promise.all([this.query(), this.readEnergy()]);
    return gpus.map(({ isSplit: _, ...reading }) => {
      const energyJoules = energy.get(reading.id);
      return {
        ...reading,
        ...(energyJoules !== undefined && { energyJoules }),
      };
    });
  }

  private async query() {
    return parseQuery(
      await this.run('nvidia-smi', [
        `--query-gpu=${QUERY_FIELDS.join(',')}`,
        '--format=csv',
      ]),
    );
  }

  /** Nothing where there is no Python, or no counter: then the energy is estimated from the power. */
  private async readEnergy(): Promise<Map<string, number>> {
    if (this.now() < this.noEnergyUntil) {
      return new Map();
    }
    const energy = await this.run('python3', ['-I', '-c', ENERGY_SCRIPT]).then(
      parseEnergy,
      () => new Map<string, number>(),
    );
    if (energy.size === 0) {
      this.noEnergyUntil = this.now() + NO_ENERGY_FOR_MS;
    }
    return energy;
  }

  /** Ends in time, also where the program does not. */
  private async run(program: string, args: string[]): Promise<string> {
    if (this.underWay.has(program)) {
      throw new Error(`an earlier ${program} still hangs`);
    }
    this.underWay.add(program);
    const running = (this.options.run ?? runHere)(program, args).finally(() =>
      this.underWay.delete(program),
    );
    return await inTime(running, program);
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}

async function inTime<T>(running: Promise<T>, program: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${program} hangs`)),
      TIMEOUT_MS + KILL_MS,
    );
  });
  try {
    return await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
  }
}

const execute = promisify(execFile);

async function runHere(program: string, args: string[]): Promise<string> {
  const { stdout } = await execute(program, args, {
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    // The tools speak the language of the locale.
    env: { PATH: process.env.PATH, LANG: 'C', LC_ALL: 'C' },
  });
  return stdout;
}

function splitMessage(split: GpuDevice[]): string {
  return `Left out, because they are split by MIG, which the portal does not assign: ${split
    .map(({ id }) => id)
    .join(', ')}. Turn MIG off (nvidia-smi -mig 0) to use them`;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split(
    '\n',
  )[0];
}
