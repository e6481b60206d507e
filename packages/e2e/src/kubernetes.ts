import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const FOLDER = process.env.MODEL_CI_TEST_KUBERNETES;
const NAMESPACE = 'model-ci-story';

/** Why nothing can run on the cluster of testbed/kubernetes, or undefined. */
export function missingKubernetes(): string | undefined {
  return FOLDER && existsSync(kubeconfig(FOLDER))
    ? undefined
    : 'MODEL_CI_TEST_KUBERNETES names no folder with a cluster that testbed/kubernetes/up.sh started';
}

/** Makes the namespace of the stories, and answers how it is left without a trace. */
export function makeNamespace(): () => void {
  const kubectl = (...args: string[]) =>
    execFileSync(path.join(FOLDER ?? '', 'root/usr/bin/kubectl'), args, {
      env: { ...process.env, KUBECONFIG: kubeconfig(FOLDER ?? '') },
      stdio: 'pipe',
      timeout: 60_000,
    });
  kubectl('create', 'namespace', NAMESPACE);
  return () => kubectl('delete', 'namespace', NAMESPACE, '--wait=false');
}

/** Config of a portal that runs stages and services on the cluster of testbed/kubernetes. */
export function onKubernetes(port: number): object {
  return {
    // Where pods reach the machine.
    backend: { listen: { host: '0.0.0.0' } },
    modelCi: {
      transfers: { baseUrl: `http://10.88.0.1:${port}` },
      engine: { defaultExecutor: 'kubernetes' },
      executors: {
        kubernetes: {
          clusters: [
            {
              name: 'testbed',
              kubeconfig: kubeconfig(FOLDER ?? ''),
              namespace: NAMESPACE,
              pull: 'Never',
              sidecar: { image: 'localhost/tools:1', pull: 'Never' },
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
