import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import fs from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import readline from 'node:readline';
import { endChildren, isEnding, startChild } from './children.mjs';

export const root = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  '../..',
);
const data = path.join(root, 'data');

function seconds(since) {
  return `${Math.round((Date.now() - since) / 1000)} s`;
}

/** Runs a command, shows its progress in one line that is kept up to date, and its whole output if it fails. */
export async function step(title, file, args, options = {}) {
  const started = Date.now();
  const log = path.join(data, 'logs', `${options.log}.log`);
  await fs.mkdir(path.dirname(log), { recursive: true });
  const out = createWriteStream(log);
  const child = startChild(file, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that it can be ended with all its workers.
    detached: true,
  });
  let doing = '';
  const tail = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.pipe(out, { end: false });
    readline.createInterface({ input: stream }).on('line', line => {
      tail.push(line);
      if (tail.length > 60) tail.shift();
      doing = options.progress?.(line) ?? doing;
    });
  }
  const show = () => {
    const line = `Model CI: ${title} … ${seconds(started)}${
      doing ? `, ${doing}` : ''
    }`;
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}`);
    else console.log(line);
  };
  show();
  const ticker = setInterval(show, process.stdout.isTTY ? 1000 : 15_000);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => clearInterval(ticker));
  out.end();
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
  if (isEnding()) {
    // Whoever ends it goes on to end this process.
    await new Promise(() => {});
  }
  if (code !== 0) {
    console.error(tail.join('\n'));
    console.error(
      `\nModel CI: ${title} failed (exit code ${code}). The whole output is in ${path.relative(
        process.cwd(),
        log,
      )}.`,
    );
    // Another step may be under way beside it.
    await endChildren();
    process.exit(1);
  }
  console.log(`Model CI: ${title}: done in ${seconds(started)}`);
}

async function listFiles(folder) {
  const entries = await fs
    .readdir(folder, { withFileTypes: true })
    .catch(() => []);
  const found = [];
  for (const entry of entries) {
    if (['node_modules', 'dist', '.git', 'coverage'].includes(entry.name)) {
      continue;
    }
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await listFiles(file)));
    else found.push(file);
  }
  return found.sort();
}

async function hashFiles(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(path.relative(root, file)).update('\0');
    hash.update(await fs.readFile(file)).update('\0');
  }
  return hash.digest('hex');
}

/** Does the work unless it was done for the same files before. */
async function unlessDone(stamp, digest, work) {
  const before = await fs.readFile(stamp, 'utf8').catch(() => '');
  if (before === digest) return;
  await work();
  await fs.mkdir(path.dirname(stamp), { recursive: true });
  await fs.writeFile(stamp, digest);
}

/** Installs the dependencies, unless those of this lockfile are there already. */
export async function install() {
  const manifests = (
    await Promise.all(
      ['packages', 'plugins'].map(async folder =>
        (
          await fs.readdir(path.join(root, folder))
        ).map(name => path.join(root, folder, name, 'package.json')),
      ),
    )
  ).flat();
  const present = [];
  for (const file of [
    path.join(root, 'package.json'),
    path.join(root, 'yarn.lock'),
    path.join(root, '.yarnrc.yml'),
    ...manifests,
  ]) {
    if (await fs.stat(file).catch(() => undefined)) present.push(file);
  }
  await unlessDone(
    path.join(root, 'node_modules', '.model-ci-install'),
    await hashFiles(present),
    () =>
      step('installing dependencies', 'yarn', ['install', '--immutable'], {
        log: 'install',
        progress: line => /┌ (.*)/.exec(line)?.[1].toLowerCase(),
      }),
  );
}

/** Builds the portal's web pages, unless those of these sources are there already. */
export async function buildApp() {
  const sources = [
    ...(await listFiles(path.join(root, 'packages/app'))),
    ...(await listFiles(path.join(root, 'plugins/model-ci'))),
    ...(await listFiles(path.join(root, 'plugins/model-ci-git'))),
    ...(await listFiles(path.join(root, 'plugins/model-ci-react'))),
    ...(await listFiles(path.join(root, 'plugins/model-ci-common'))),
    path.join(root, 'yarn.lock'),
  ];
  await unlessDone(
    path.join(root, 'packages/app/dist/.model-ci-build'),
    await hashFiles(sources),
    () =>
      step('building the web pages', 'yarn', ['workspace', 'app', 'build'], {
        log: 'build',
      }),
  );
}

/** A command that must be on the machine, with what to do where it is not. */
export async function demand(file, args, remedy) {
  const code = await new Promise(resolve => {
    const child = spawn(file, args, { stdio: 'ignore' });
    child.once('error', () => resolve(1));
    child.once('exit', resolve);
  });
  if (code !== 0) {
    console.error(`Model CI: ${file} was not found. ${remedy}`);
    process.exit(1);
  }
}
