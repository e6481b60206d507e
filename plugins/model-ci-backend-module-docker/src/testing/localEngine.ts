import { execFileSync } from 'node:child_process';
import type { EngineConfig } from '../config';

const SOCKET = '/var/run/docker.sock';

/** Configuration of the engine of this machine. */
export function localEngine(rest: Partial<EngineConfig> = {}): EngineConfig {
  return {
    name: 'docker-local',
    address: { type: 'socket', path: SOCKET },
    optional: false,
    labels: {},
    gpus: 0,
    pull: 'never',
    user: { uid: 65534, gid: 65534 },
    pidsLimit: 4096,
    networks: { text: '10.232.0.0/16', first: 0x0ae80000, count: 2 ** 14 },
    egress: 'allow',
    spareNetworks: 2,
    maxContextBytes: 2 ** 30,
    registries: [],
    ...rest,
  };
}

/** Why tests that need the local engine cannot run here; undefined if they can. */
export function whyNoDocker(): string | undefined {
  try {
    execFileSync('docker', ['image', 'inspect', 'busybox:latest'], {
      stdio: 'pipe',
      timeout: 10_000,
    });
    return undefined;
  } catch (error) {
    return `no Docker Engine with image busybox:latest answers (${
      String(error).split('\n')[0]
    })`;
  }
}

/** A group of tests that needs the local engine; skipped aloud without one, unless engines are demanded. */
export function describeWithDocker(name: string, tests: () => void): void {
  describeIf(whyNoDocker(), name, tests);
}

export function describeIf(
  reason: string | undefined,
  name: string,
  tests: () => void,
): void {
  if (reason === undefined) {
    describe(name, tests);
    return;
  }
  if (process.env.MODEL_CI_REQUIRE_ENGINES === 'true') {
    describe(name, () => {
      it('has what it needs', () => {
        throw new Error(`MODEL_CI_REQUIRE_ENGINES is set, but ${reason}`);
      });
    });
    return;
  }
  // eslint-disable-next-line no-console
  console.warn(`Skipped: ${name}: ${reason}`);
  describe.skip(name, tests);
}
