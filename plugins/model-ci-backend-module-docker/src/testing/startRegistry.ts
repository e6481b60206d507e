import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const REGISTRY_USER = { username: 'model-ci', password: 'secret' };
/** Of that password, by bcrypt with few rounds. */
const HASH = '$2b$04$TIYA6QRy5FUkagHtS50Og.ipk3gTsaqzdXbIrzioO/YFja09O.an.';

/** The registry of Debian's package `docker-registry`, which the testbed of Kubernetes unpacks. */
function findProgram(): string | undefined {
  const testbed = process.env.MODEL_CI_TEST_KUBERNETES;
  const programs = [
    ...(testbed ? [join(testbed, 'root/usr/bin/docker-registry')] : []),
    'docker-registry',
  ];
  return programs.find(program => {
    try {
      execFileSync(program, ['--version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

/** Why tests with a registry cannot run here; undefined if they can. */
export function whyNoRegistry(): string | undefined {
  return findProgram() === undefined
    ? 'there is no docker-registry, neither on the path nor in MODEL_CI_TEST_KUBERNETES'
    : undefined;
}

/** Starts a registry on this machine that wants credentials; engines use such without TLS. */
export async function startRegistry() {
  const program = findProgram();
  if (program === undefined) {
    throw new Error(whyNoRegistry());
  }
  const folder = await mkdtemp(join(tmpdir(), 'model-ci-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  await writeFile(
    join(folder, 'htpasswd'),
    `${REGISTRY_USER.username}:${HASH}\n`,
  );
  await writeFile(
    join(folder, 'config.yml'),
    [
      'version: 0.1',
      'log: {level: warn, accesslog: {disabled: true}}',
      `storage: {filesystem: {rootdirectory: ${folder}/data}, delete: {enabled: true}}`,
      `http: {addr: "${host}"}`,
      `auth: {htpasswd: {realm: test, path: ${folder}/htpasswd}}`,
      '',
    ].join('\n'),
  );
  const child = spawn(program, ['serve', join(folder, 'config.yml')], {
    stdio: 'ignore',
  });
  await answers(`http://${host}/v2/`);
  return {
    host,
    async stop() {
      child.kill();
      await rm(folder, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (tries > 200) {
        throw error;
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }
}
