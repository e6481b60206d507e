/**
 * The scripts `start` and `test` of the workspace.
 *
 * Under Yarn they are what a Backstage developer expects: the commands of backstage-cli. Under npm they first
 * bring the right Node.js and Yarn and install the dependencies, so that they work on a fresh machine.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { endChildren, onEnd, startChild } from './children.mjs';

const NODE = 'node@24.21.0';
const YARN = '@yarnpkg/cli-dist@4.13.0';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const [command, ...args] = process.argv.slice(2);

/** Runs a command in this terminal; answers its exit code. What ends this process ends the command. */
function run(file, fileArgs, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = startChild(file, fileArgs, {
      cwd: root,
      stdio: 'inherit',
      env,
    });
    // A terminal sends Ctrl+C to the command too, which takes the second one for the first.
    onEnd(() => endChildren());
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ? 1 : code));
  });
}

/** A PATH on which Node.js 24 and Yarn 4 come first; npm keeps them in its cache. */
function toolPath() {
  return execFileSync(
    'npx',
    ['--yes', '-p', NODE, '-p', YARN, '-c', 'echo "$PATH"'],
    {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, npm_config_loglevel: 'error' },
    },
  ).trim();
}

if (process.env.npm_config_user_agent?.startsWith('yarn/')) {
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
  const PATH = toolPath();
  process.exitCode = await run(
    path.join(PATH.split(path.delimiter)[0], 'node'),
    [path.join(here, `${command}.mjs`), ...args],
    { ...process.env, PATH },
  );
}
