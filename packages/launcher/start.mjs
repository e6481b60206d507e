/** Opens the portal: installs, builds the web pages, starts the backend, and says where it is. */
import { createWriteStream } from 'node:fs';
import fs from 'node:fs/promises';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import { endChildren, isEnding, onEnd, startChild } from './children.mjs';
import { buildApp, demand, install, root } from './setup.mjs';

const port = readPort(process.env.PORT);
const url = `http://localhost:${port}`;
const started = Date.now();
const watch = new URL('./endWithParent.mjs', import.meta.url);

onEnd(async () => {
  await endChildren();
  process.exit(0);
});

function readPort(text) {
  const number = Number(text || 7007);
  if (!Number.isInteger(number) || number < 1 || number > 65535) {
    console.error(
      `Model CI: PORT must be a number from 1 to 65535, not '${text}'.`,
    );
    process.exit(1);
  }
  return number;
}

async function portIsTaken(port) {
  return new Promise(resolve => {
    const socket = net.connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

if (await portIsTaken(port)) {
  console.error(
    `Model CI: something already answers on port ${port}. If it is the portal, open ${url}; otherwise stop it, or choose another port: PORT=7008 npm start`,
  );
  process.exit(1);
}
await demand(
  'git',
  ['--version'],
  'Install git; the portal hosts repositories with it.',
);
await demand(
  'python3',
  ['--version'],
  'Install Python 3; the example pipelines run it.',
);
await install();
await buildApp();

const firstStart = !(await fs
  .stat(path.join(root, 'data/database'))
  .catch(() => undefined));
const logFile = path.join(root, 'data/logs/portal.log');
await fs.mkdir(path.dirname(logFile), { recursive: true });
const log = createWriteStream(logFile, { flags: 'a' });
const require = createRequire(path.join(root, 'packages/backend/package.json'));
const backend = startChild(
  process.execPath,
  [
    '--enable-source-maps',
    '--import',
    watch.href,
    '--require',
    require.resolve('@backstage/cli/config/nodeTransform.cjs'),
    'src/index.ts',
  ],
  {
    cwd: path.join(root, 'packages/backend'),
    env: {
      ...process.env,
      NODE_ENV: 'development',
      MODEL_CI_ENDS_WITH_PARENT: 'true',
      // The backend serves the web pages too, so both have one address.
      APP_CONFIG_app_baseUrl: url,
      APP_CONFIG_backend_baseUrl: url,
      APP_CONFIG_backend_listen_port: String(port),
      APP_CONFIG_backend_cors_origin: url,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  },
);
let tail = '';
for (const stream of [backend.stdout, backend.stderr]) {
  stream.pipe(log, { end: false });
  stream.on('data', chunk => {
    tail = (tail + chunk).slice(-8000);
  });
}
backend.once('exit', (code, signal) => {
  if (isEnding()) return;
  console.error(tail);
  console.error(
    `Model CI: the portal ended (${
      signal ?? `exit code ${code}`
    }). Its log is ${logFile}.`,
  );
  process.exit(1);
});

console.log('Model CI: starting the portal …');
const ask = async (path_, options) => {
  const answer = await fetch(`${url}${path_}`, options).catch(() => undefined);
  return answer?.ok ? answer.json() : undefined;
};
const waitFor = async done => {
  while (!(await done())) {
    await new Promise(resolve => setTimeout(resolve, 250));
  }
};
await waitFor(() => ask('/.backstage/health/v1/readiness'));
// Whoever signs in before the catalog was read belongs to no team and may do little.
let guest;
await waitFor(async () => {
  guest = (
    await ask('/api/auth/guest/refresh', {
      headers: { 'X-Requested-With': 'XMLHttpRequest' },
    })
  )?.backstageIdentity;
  return guest?.identity.ownershipEntityRefs.some(ref =>
    ref.startsWith('group:'),
  );
});
const runtime = Math.round((Date.now() - started) / 1000);
console.log(
  `Model CI: the portal's log is ${path.relative(process.cwd(), logFile)}`,
);
console.log(
  `Model CI: ready after ${runtime} s. Open ${url} (Ctrl+C stops it; runs and services go on).`,
);

if (firstStart) {
  await createExample();
}

/** Something to look at: a project made from the template, as a user would make it. */
async function createExample() {
  const Authorization = `Bearer ${guest.token}`;
  const template = 'linear-regression-model';
  await waitFor(() =>
    ask(`/api/catalog/entities/by-name/template/default/${template}`, {
      headers: { Authorization },
    }),
  );
  const task = await ask('/api/scaffolder/v2/tasks', {
    method: 'POST',
    headers: { Authorization, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      templateRef: `template:default/${template}`,
      values: {
        name: 'example-house-price',
        title: 'House price (example)',
        description: 'Predicts the price of a house from its size',
        owner: 'group:default/ml',
        system: 'system:default/housing',
        host: 'portal',
      },
    }),
  });
  console.log(
    task
      ? `Model CI: an example project is being made; see ${url}/create/tasks/${task.id}`
      : 'Model CI: the example project could not be made; the log says why.',
  );
}
