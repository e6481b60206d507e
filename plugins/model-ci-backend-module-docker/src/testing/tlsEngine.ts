import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@model-ci/backstage-plugin-model-ci-node/testing';
import Docker from 'dockerode';
import { whyNoDocker } from './localEngine';

const run = promisify(execFile);

const PORT = 2376;

/** A second Docker Engine, on an address of its own, that speaks TLS only. */
export interface TlsEngine {
  host: string;
  port: number;
  caFile: string;
  certFile: string;
  keyFile: string;
  /** A client certificate that the engine's authority did not issue. */
  strangerCertFile: string;
  strangerKeyFile: string;
  strangerCaFile: string;
  docker: Docker;
  dispose(): Promise<void>;
}

/** Why a second engine cannot be started here; undefined if it can. */
export function whyNoTlsEngine(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return 'a second engine needs Linux and root';
  }
  try {
    for (const tool of ['dockerd', 'ip', 'nsenter', 'openssl']) {
      execFileSync('which', [tool], { stdio: 'pipe' });
    }
  } catch (error) {
    return `a second engine needs dockerd, ip, nsenter and openssl (${
      String(error).split('\n')[0]
    })`;
  }
  return whyNoDocker();
}

/**
 * Starts an engine in a network namespace, so that it has an address of its own. `dataSize` bounds its disk.
 */
export async function startTlsEngine(options: {
  images: string[];
  dataSize: string;
}): Promise<TlsEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'model-ci-engine-'));
  const number = 1 + (process.pid % 250);
  const namespace = `modelci${number}`;
  const host = `10.213.${number}.2`;
  const cleanups: Array<() => Promise<unknown>> = [
    () => rm(folder, { recursive: true, force: true }),
  ];
  const dispose = async () => {
    for (const cleanup of cleanups.splice(0).reverse()) {
      await cleanup();
    }
  };
  try {
    await run('ip', ['netns', 'add', namespace]);
    cleanups.push(() => run('ip', ['netns', 'delete', namespace]));
    const inside = ['netns', 'exec', namespace, 'ip'];
    const [near, far] = [`mci${number}a`, `mci${number}b`];
    for (const args of [
      ['link', 'add', near, 'type', 'veth', 'peer', 'name', far],
      ['link', 'set', far, 'netns', namespace],
      ['addr', 'add', `10.213.${number}.1/30`, 'dev', near],
      ['link', 'set', near, 'up'],
      [...inside, 'addr', 'add', `${host}/30`, 'dev', far],
      [...inside, 'link', 'set', far, 'up'],
      [...inside, 'link', 'set', 'lo', 'up'],
    ]) {
      await run('ip', args);
    }
    const data = join(folder, 'data');
    await run('mkdir', [data]);
    await run('mount', [
      '-t',
      'tmpfs',
      '-o',
      `size=${options.dataSize}`,
      'tmpfs',
      data,
    ]);
    cleanups.push(() => run('umount', ['-l', data]));

    const authority = await createAuthority(folder, 'authority');
    const server = await authority.issue('server', `IP:${host}`, 'serverAuth');
    const client = await authority.issue('client', 'DNS:client', 'clientAuth');
    const other = await createAuthority(folder, 'other');
    const stranger = await other.issue('stranger', 'DNS:x', 'clientAuth');

    cleanups.push(
      await startDaemon(namespace, folder, [
        ...['--data-root', data],
        ...['--exec-root', join(folder, 'exec')],
        ...['--pidfile', join(folder, 'pid')],
        ...['-H', `tcp://${host}:${PORT}`, '--tlsverify'],
        ...['--tlscacert', authority.caFile],
        ...['--tlscert', server.certFile, '--tlskey', server.keyFile],
      ]),
    );
    const docker = new Docker({
      protocol: 'https',
      host,
      port: PORT,
      ca: await readFile(authority.caFile),
      cert: await readFile(client.certFile),
      key: await readFile(client.keyFile),
    });
    await eventually(
      () =>
        docker.ping().then(
          () => true,
          () => false,
        ),
      'the second engine answers',
      60_000,
    );
    const local = new Docker();
    for (const image of options.images) {
      await docker.loadImage(await local.getImage(image).get());
      await eventually(
        () =>
          docker
            .getImage(image)
            .inspect()
            .then(
              () => true,
              () => false,
            ),
        `${image} is loaded`,
        60_000,
      );
    }
    return {
      host,
      port: PORT,
      caFile: authority.caFile,
      ...client,
      strangerCaFile: other.caFile,
      strangerCertFile: stranger.certFile,
      strangerKeyFile: stranger.keyFile,
      docker,
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function startDaemon(
  namespace: string,
  folder: string,
  args: string[],
): Promise<() => Promise<unknown>> {
  const log = await open(join(folder, 'dockerd.log'), 'w');
  // Not `ip netns exec`, which mounts another /sys and so hides the cgroups
  const daemon = spawn(
    'nsenter',
    [`--net=/run/netns/${namespace}`, 'dockerd', ...args],
    { stdio: ['ignore', log.fd, log.fd] },
  );
  const ended = once(daemon, 'exit');
  await log.close();
  return async () => {
    daemon.kill('SIGTERM');
    await ended;
  };
}

async function createAuthority(folder: string, name: string) {
  const file = (rest: string) => join(folder, `${name}-${rest}`);
  const caFile = file('ca.pem');
  const caKeyFile = file('ca-key.pem');
  const newKey = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
  ];
  await run('openssl', [
    ...['req', '-x509', ...newKey, '-days', '2', '-subj', `/CN=${name}`],
    ...['-keyout', caKeyFile, '-out', caFile],
  ]);
  return {
    caFile,
    async issue(who: string, address: string, usage: string) {
      const [certFile, keyFile] = [file(`${who}.pem`), file(`${who}-key.pem`)];
      const [request, extensions] = [file(`${who}.csr`), file(`${who}.ext`)];
      await writeFile(
        extensions,
        `subjectAltName=${address}\nextendedKeyUsage=${usage}\n`,
      );
      await run('openssl', [
        ...['req', ...newKey, '-subj', `/CN=${who}`],
        ...['-keyout', keyFile, '-out', request],
      ]);
      await run('openssl', [
        ...['x509', '-req', '-days', '2', '-in', request, '-out', certFile],
        ...['-CA', caFile, '-CAkey', caKeyFile, '-CAcreateserial'],
        ...['-extfile', extensions],
      ]);
      return { certFile, keyFile };
    },
  };
}
