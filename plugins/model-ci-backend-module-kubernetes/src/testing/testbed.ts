import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
// Loaded with the file, so that its time counts towards no test
import '@kubernetes/client-node';
import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { readClusterConfigs, type ClusterConfig } from '../config';

const FOLDER = process.env.MODEL_CI_TEST_KUBERNETES ?? 'none';
export const KUBECONFIG = join(FOLDER, 'kubeconfig');
const KUBECTL = join(FOLDER, 'root/usr/bin/kubectl');
// eslint-disable-next-line no-restricted-syntax -- only tests come here
const SCRIPTS = resolve(__dirname, '../../../../testbed/kubernetes');

/** The machine's address on the bridge of the testbed, as pods reach it. */
export const MACHINE = '10.88.0.1';
/** Where the API is, for accounts other than the kubeconfig's. */
export const SERVER = {
  server: 'https://10.96.0.1',
  caFile: join(FOLDER, 'pki/ca.crt'),
};
export const IMAGE = 'localhost/busybox:1';

/** Config of the cluster of the testbed. */
export function testCluster(
  rest: JsonObject = {},
  registries: JsonObject[] = [],
): ClusterConfig {
  const cluster = {
    name: 'testbed',
    kubeconfig: KUBECONFIG,
    namespace: 'default',
    pull: 'Never',
    sidecar: { image: 'localhost/tools:1', pull: 'Never' },
    ...rest,
  };
  const config = {
    modelCi: {
      registries,
      executors: { kubernetes: { clusters: [cluster] } },
    },
  };
  return readClusterConfigs(new ConfigReader(config))[0];
}

/** Runs the testbed's kubectl. */
export function kubectl(...args: string[]): string {
  return execFileSync(KUBECTL, args, {
    encoding: 'utf8',
    env: { ...process.env, KUBECONFIG },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
}

/** Creates an object, or one below another at a path of the API. */
export function create(object: object, path?: string): void {
  const to = path === undefined ? [] : ['--raw', path];
  feed(['create', ...to, '-f', '-'], JSON.stringify(object));
}

function feed(args: string[], input: string): void {
  execFileSync(KUBECTL, args, {
    env: { ...process.env, KUBECONFIG },
    input,
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 60_000,
  });
}

/** Runs a script of the testbed, such as `node.sh down n2`. */
export function testbed(
  script: string,
  args: string[],
  env: Record<string, string> = {},
): void {
  execFileSync(join(SCRIPTS, script), args, {
    env: { ...process.env, TESTBED: dirname(FOLDER), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 120_000,
  });
}

/**
 * Applies what docs/clusters.md has an administrator apply, and answers the config that stands there with its account: a
 * suite that runs with it shows that nothing is missing there.
 */
export function applyManifest(folder: string): JsonObject {
  // eslint-disable-next-line no-restricted-syntax -- only tests come here
  const page = resolve(__dirname, '../../../../docs/clusters.md');
  const blocks = readFileSync(page, 'utf8').split(/^```(?:yaml)?\n/m);
  const manifest = blocks
    .filter(block => block.includes('kind: Role\n'))
    .join('---\n');
  if (!manifest.includes('kind: Namespace\n')) {
    throw new Error(`There is no manifest in ${page}`);
  }
  feed(['apply', '-f', '-'], manifest);
  const token = kubectl(
    ...['-n', 'model-ci', 'get', 'secret', 'model-ci-portal-token'],
    ...['-o', 'jsonpath={.data.token}'],
  );
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, Buffer.from(token, 'base64'), { mode: 0o600 });
  return {
    kubeconfig: undefined,
    ...SERVER,
    tokenFile,
    namespace: 'model-ci',
  };
}

/** Lets pods wait from now on, or start. */
export function setFull(isFull: boolean): void {
  kubectl(isFull ? 'cordon' : 'uncordon', 'n1', 'n2');
}

/** Why tests that need the testbed's cluster cannot run here; undefined if they can. */
export function whyNoKubernetes(): string | undefined {
  if (!existsSync(KUBECONFIG)) {
    return 'MODEL_CI_TEST_KUBERNETES names no folder with a cluster that testbed/kubernetes/up.sh started';
  }
  try {
    kubectl('get', 'nodes', 'n1', 'n2');
    return undefined;
  } catch (error) {
    return `the cluster of the testbed does not answer (${error})`;
  }
}

/** Why no image can be built there; undefined if one can. */
export function whyNoBuilder(): string | undefined {
  return existsSync(join(FOLDER, 'img/buildkit.tar'))
    ? undefined
    : 'testbed/kubernetes/builder.sh has made no builder';
}

/** Like `describe`, where the cluster answers; else skipped aloud, or failed where it is demanded. */
export function describeWithKubernetes(
  name: string,
  tests: () => void,
  whyNot: () => string | undefined = () => undefined,
): void {
  const reason = whyNoKubernetes() ?? whyNot();
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
