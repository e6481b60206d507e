/**
 * Checks on a machine with an NVIDIA GPU what tests can only pretend: that the project's own readers understand its
 * driver, that a stage sees the GPU it was given and no other, and that an idle one is told from one at work. Needs Node 24
 * and Python 3, and nothing installed:
 *
 *   node --experimental-transform-types testbed/gpu/check.mjs [SECONDS]
 *
 * Prints what it saw, and exits with 1 where something is not as it should be.
 */
import { execFile, spawn } from 'node:child_process';
import { registerHooks } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

// The project's sources name their imports without an ending.
registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (error) {
      if (!specifier.startsWith('.')) throw error;
      return next(`${specifier}.ts`, context);
    }
  },
});

const plugins = new URL('../../plugins/', import.meta.url);
const { GpuTools } = await import(
  new URL('model-ci-node/src/gpus/GpuTools.ts', plugins)
);
const { addReading } = await import(
  new URL('model-ci-backend/src/gpus/addReading.ts', plugins)
);

const SECONDS = Number(process.argv[2] ?? 20);
const INTERVAL_MS = 1_000;
const load = new URL('load.py', import.meta.url).pathname;
const run = promisify(execFile);
let failures = 0;

function check(what, isSo, saw) {
  failures += isSo ? 0 : 1;
  console.log(`${isSo ? 'ok  ' : 'FAIL'} ${what}: ${JSON.stringify(saw)}`);
}

/** How many devices CUDA shows to a process that sees what is given. */
async function countVisible(visible) {
  const env = { ...process.env, CUDA_VISIBLE_DEVICES: visible };
  const { stdout } = await run('python3', [load, '0'], { env }).catch(
    error => error,
  );
  return Number(/devices (\d+)/.exec(stdout ?? '')?.[1] ?? NaN);
}

/** What one device does while something goes on. */
async function measure(device, work) {
  const tools = new GpuTools({ intervalMs: 0 });
  let isOver = false;
  work.finally(() => {
    isOver = true;
  });
  let usage;
  while (!isOver) {
    const readings = await tools.readings();
    const reading = readings.find(({ id }) => id === device.id);
    usage = addReading(usage, reading, Date.now());
    await delay(INTERVAL_MS);
  }
  return usage;
}

async function busy(device, seconds) {
  const child = spawn('python3', [load, String(seconds), '4096'], {
    env: { ...process.env, CUDA_VISIBLE_DEVICES: device.id },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await new Promise(resolve => child.once('exit', resolve));
}

function summary({ seconds, busySeconds, idleSeconds, ...usage }) {
  const { peakMemoryBytes, energy } = usage;
  return {
    seconds: Math.round(seconds),
    utilization: Number((busySeconds / seconds).toFixed(2)),
    idleSeconds: Math.round(idleSeconds),
    peakMiB: Math.round((peakMemoryBytes ?? 0) / 2 ** 20),
    energy,
  };
}

const tools = new GpuTools();
const { devices, message } = await tools.devices();
check('devices are found', devices.length > 0, { devices, message });
if (devices.length === 0) {
  process.exit(1);
}
const [reading] = await tools.readings();
check('their counter of energy is read', reading.energyJoules > 0, reading);

const [device] = devices;
check('a UUID shows one device', (await countVisible(device.id)) === 1, device);
check('an empty list shows none', (await countVisible('')) === 0, '');
if (devices.length > 1) {
  const two = `${devices[0].id},${devices[1].id}`;
  check('two UUIDs show two devices', (await countVisible(two)) === 2, two);
}

const idle = summary(await measure(device, delay(SECONDS * 1000)));
check('an idle one is idle', idle.idleSeconds > SECONDS / 2, idle);
const used = summary(await measure(device, busy(device, SECONDS)));
check('one at work is not', used.utilization > 0.5, used);
check(
  'and it takes more energy',
  used.energy.joules > idle.energy.joules * 1.2,
  { idle: idle.energy, used: used.energy },
);
check('its memory is seen', used.peakMiB >= 4096, used.peakMiB);
process.exit(failures > 0 ? 1 : 0);
