/**
 * The scripts `start` and `test` of the workspace.
 *
 * Under Yarn they are what a Backstage developer expects: the commands of backstage-cli. Under npm they first
 * bring the right Node.js and Yarn and install the dependencies, so that they work on a fresh machine.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const NODE = 'node@24.21.0';
const YARN = '@yarnpkg/cli-dist@4.13.0';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const [command, ...args] = process.argv.slice(2);

function run(file, fileArgs, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, fileArgs, { cwd: root, stdio: 'inherit', env });
    const forward = signal => child.kill(signal);
    process.on('SIGINT', () => {});
    process.on('SIGTERM', forward);
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ? 1 : code));
  });
}

const underYarn = process.env.npm_config_user_agent?.startsWith('yarn/');

if (underYarn) {
  process.exitCode = await run('backstage-cli', ['repo', command, ...args]);
} else {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) {
    console.error(
      `Model CI needs Node.js 20 or newer to start its set-up; this is ${process.version}.`,
    );
    process.exit(1);
  }
  console.log('Model CI: getting Node.js 24 and Yarn 4 …');
  const inner = ['node', path.join(here, `${command}.mjs`), ...args]
    .map(word => `"${word.replace(/(["\\$`])/g, '\\$1')}"`)
    .join(' ');
  process.exitCode = await run(
    'npx',
    ['--yes', '-p', NODE, '-p', YARN, '-c', inner],
    { ...process.env, npm_config_loglevel: 'error' },
  );
}
