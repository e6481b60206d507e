import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigReader } from '@backstage/config';
import { ENERGY_SCRIPT, parseEnergy } from './energyScript';
import { GpuTools } from './GpuTools';
import { offerGpus } from './offerGpus';
import { parseQuery } from './parseQuery';
import { readGpuCount } from './readGpuCount';

/** Recorded on an H200 that multiplied matrices. */
const BUSY = readFileSync(
  join(__dirname, '__fixtures__/h200-busy.csv'),
  'utf8',
);
const H200 = 'GPU-ab6a0263-0ae2-1846-2f4f-455ff8b12167';
const MIB = 2 ** 20;

const HEAD =
  'index, uuid, name, driver_version, memory.total [MiB], memory.used [MiB], utilization.gpu [%], power.draw [W], mig.mode.current';

const missing = Object.assign(new Error('spawn nvidia-smi ENOENT'), {
  code: 'ENOENT',
});

describe('parseQuery', () => {
  it('reads what a busy H200 reported', () => {
    expect(parseQuery(BUSY)).toEqual([
      {
        id: H200,
        isSplit: false,
        model: 'NVIDIA H200',
        driver: '580.159.04',
        memoryBytes: 143771 * MIB,
        usedMemoryBytes: 883 * MIB,
        utilization: 0.93,
        watts: 692.35,
      },
    ]);
  });

  it.each(['[N/A]', '[Not Supported]', 'N/A', '[Unknown Error]', ''])(
    'leaves out what a GPU does not report: %s',
    none => {
      const line = `0, GPU-1, Tesla K80, 470.1, 11441 MiB, ${none}, ${none}, ${none}, ${none}`;
      expect(parseQuery(`${HEAD}\n${line}\n`)).toEqual([
        {
          id: 'GPU-1',
          isSplit: false,
          model: 'Tesla K80',
          driver: '470.1',
          memoryBytes: 11441 * MIB,
        },
      ]);
    },
  );

  it('takes nothing else for a GPU', () => {
    expect(parseQuery('')).toEqual([]);
    expect(parseQuery('No devices were found\n')).toEqual([]);
  });
});

describe('GpuTools', () => {
  let time = 0;
  let calls: string[] = [];
  let answers: Record<string, string | Error> = {};

  beforeEach(() => {
    time = 0;
    calls = [];
    answers = { 'nvidia-smi': BUSY, python3: `${H200} 14375000\n` };
  });

  const tools = () =>
    new GpuTools({
      now: () => time,
      run: async program => {
        calls.push(program);
        const answer = answers[program];
        if (answer instanceof Error) {
          throw answer;
        }
        return answer;
      },
    });

  it('finds devices with what they are', async () => {
    expect(await tools().devices()).toEqual({
      devices: [
        {
          id: H200,
          model: 'NVIDIA H200',
          driver: '580.159.04',
          memoryBytes: 143771 * MIB,
        },
      ],
    });
  });

  it('finds none, and complains about nothing, where there is no driver', async () => {
    answers['nvidia-smi'] = missing;
    expect(await tools().devices()).toEqual({ devices: [] });
  });

  it('keeps what it has found while the driver does not answer', async () => {
    const own = tools();
    await own.devices();
    answers['nvidia-smi'] = new Error('GPU is lost\nreboot');
    time += 3_600_000;
    expect(await own.devices()).toMatchObject({
      devices: [{ id: H200 }],
      message: expect.stringContaining('does not answer'),
    });
  });

  it('leaves out what is split by MIG, and says so', async () => {
    answers['nvidia-smi'] = BUSY.replace('Disabled', 'Enabled');
    expect(await tools().devices()).toEqual({
      devices: [],
      message: expect.stringContaining(
        `split by MIG, which the portal does not assign: ${H200}`,
      ),
    });
  });

  it('reads once per interval for however many ask', async () => {
    const own = tools();
    const all = await Promise.all(
      Array.from({ length: 50 }, () => own.readings()),
    );
    expect(all[49]).toMatchObject([
      { id: H200, utilization: 0.93, energyJoules: 14375 },
    ]);
    expect(calls.sort()).toEqual(['nvidia-smi', 'python3']);
    time += 5_000;
    await own.readings();
    expect(calls).toHaveLength(4);
  });

  it('does without the counter of energy where it cannot be read, and does not ask all the time', async () => {
    answers.python3 = missing;
    const own = tools();
    for (time = 0; time < 60_000; time += 5_000) {
      const [reading] = await own.readings();
      expect(reading.energyJoules).toBeUndefined();
      expect(reading.watts).toBe(692.35);
    }
    expect(calls.filter(program => program === 'python3')).toHaveLength(1);
  });

  it('answers though a program hangs that cannot be killed, and starts no other beside it', async () => {
    jest.useFakeTimers();
    try {
      let hang = true;
      let end = () => {};
      const own = new GpuTools({
        now: () => time,
        run: async program => {
          calls.push(program);
          if (hang && program === 'nvidia-smi') {
            await new Promise<void>(resolve => (end = resolve));
          }
          return program === 'nvidia-smi' ? BUSY : '';
        },
      });
      const found = own.devices();
      await jest.advanceTimersByTimeAsync(16_000);
      expect(await found).toEqual({
        devices: [],
        message: expect.stringContaining('nvidia-smi hangs'),
      });
      await expect(own.readings()).rejects.toThrow('still hangs');
      time += 3_600_000;
      expect((await own.devices()).message).toContain('still hangs');
      expect(calls.filter(program => program === 'nvidia-smi')).toHaveLength(1);

      hang = false;
      end();
      time += 3_600_000;
      await jest.advanceTimersByTimeAsync(0);
      expect((await own.devices()).devices).toHaveLength(1);
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('the counter of energy', () => {
  it('is read in joules', () => {
    expect(parseEnergy(`${H200} 14375123\nTraceback\n`)).toEqual(
      new Map([[H200, 14375.123]]),
    );
  });

  it('is asked for without anything that is not in Python', () => {
    const imports = ENERGY_SCRIPT.match(/^import .*$/gm);
    expect(imports).toEqual(['import ctypes']);
  });
});

describe('offerGpus', () => {
  const found = { devices: [{ id: 'GPU-a' }, { id: 'GPU-b' }] };

  it('offers what is found, or as many of it as configuration says', () => {
    expect(offerGpus(found, undefined)).toEqual(found.devices);
    expect(offerGpus(found, 1)).toEqual([{ id: 'GPU-a' }]);
    expect(offerGpus(found, 0)).toEqual([]);
    expect(offerGpus(found, 9)).toEqual(found.devices);
  });

  it('numbers those of configuration where there is nothing to find them with', () => {
    expect(offerGpus({ devices: [] }, 2)).toEqual([{ id: '0' }, { id: '1' }]);
    expect(offerGpus({ devices: [] }, undefined)).toEqual([]);
  });

  it('offers none while a driver that is there does not answer: by number they could be given twice', () => {
    const broken = { devices: [], message: 'does not answer' };
    expect(offerGpus(broken, 2)).toEqual([]);
  });
});

describe('readGpuCount', () => {
  it.each([1.5, -1])('refuses %p', gpus => {
    expect(() => readGpuCount(new ConfigReader({ gpus }), 'gpus')).toThrow(
      'must be a whole number of GPUs',
    );
  });
});
