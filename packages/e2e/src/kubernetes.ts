import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './portal';

const FOLDER = process.env.MODEL_CI_TEST_KUBERNETES;
const NAMESPACE = 'model-ci-story';
/** The machine's address on the bridge of the testbed, as pods reach it. */
const MACHINE = '10.88.0.1';
/** No other test's. */
const PORT = '15002';
const REGISTRY = `${MACHINE}:${PORT}`;
const BASE_IMAGE = 'python:3.11';
/** How pages show an image that was built there. */
export const BUILT_IMAGE = new RegExp(`^${REGISTRY}/models/.*@sha256:`);

/** Why nothing can run on the cluster of testbed/kubernetes, or undefined. */
export function missingKubernetes(): string | undefined {
  return FOLDER && existsSync(kubeconfig(FOLDER))
    ? undefined
    : 'MODEL_CI_TEST_KUBERNETES names no folder with a cluster that testbed/kubernetes/up.sh started';
}

/** Makes the namespace and the registry of the story, and answers how they are left without a trace. */
export function makePlace(): () => void {
  run('root/usr/bin/kubectl', 'create', 'namespace', NAMESPACE);
  script('registry.sh', 'up');
  // What the Dockerfile of the template starts from
  script('registry.sh', 'push', BASE_IMAGE, `library/${BASE_IMAGE}`);
  return () => {
    script('registry.sh', 'down');
    run(
      'root/usr/bin/kubectl',
      ...['delete', 'namespace', NAMESPACE, '--wait=false'],
    );
  };
}

function run(file: string, ...args: string[]): void {
  execFileSync(path.join(FOLDER ?? '', file), args, {
    env: { ...process.env, KUBECONFIG: kubeconfig(FOLDER ?? '') },
    stdio: 'pipe',
    timeout: 120_000,
  });
}

function script(name: string, ...args: string[]): void {
  execFileSync(path.join(root, 'testbed/kubernetes', name), args, {
    env: { ...process.env, TESTBED: path.dirname(FOLDER ?? ''), PORT },
    // What it starts goes on, and would keep a pipe open
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 120_000,
  });
}

/** Config of a portal that runs stages and services on the cluster of testbed/kubernetes, and builds images there. */
export function onKubernetes(port: number): object {
  return {
    // Where pods reach the machine.
    backend: { listen: { host: '0.0.0.0' } },
    modelCi: {
      transfers: { baseUrl: `http://${MACHINE}:${port}` },
      engine: { defaultExecutor: 'kubernetes' },
      registries: [{ host: REGISTRY, push: 'models' }],
      executors: {
        kubernetes: {
          clusters: [
            {
              name: 'testbed',
              kubeconfig: kubeconfig(FOLDER ?? ''),
              namespace: NAMESPACE,
              pull: 'IfNotPresent',
              sidecar: { image: 'localhost/tools:1', pull: 'Never' },
              imageBuilds: {
                image: 'localhost/buildkit:1',
                pull: 'Never',
                plainHttp: [REGISTRY],
                mirrors: { 'docker.io': [REGISTRY] },
              },
            },
          ],
        },
      },
      environments: [
        {
          name: 'staging',
          title: 'Staging',
          executor: 'kubernetes',
          node: 'testbed',
        },
      ],
    },
  };
}

function kubeconfig(folder: string): string {
  return path.join(folder, 'kubeconfig');
}
