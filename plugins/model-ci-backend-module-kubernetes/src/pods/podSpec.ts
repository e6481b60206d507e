import { InputError } from '@backstage/errors';
import type {
  V1Container,
  V1Pod,
  V1PodSpec,
  V1Secret,
  V1SecurityContext,
} from '@kubernetes/client-node';
import {
  workspacePath,
  type AttemptSpec,
  type RequestedResources,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { ClusterConfig } from '../config';
import type { PodOptions } from '../stageOptions';
import { ANNOTATIONS, LABELS, labelValue, MANAGER } from './labels';
import { SIDECAR, STAGE } from './podSchema';
import { podName } from './podName';
import {
  CONTROL,
  SIDECAR_SCRIPT,
  HOME,
  RECORD,
  stageScript,
  WORKSPACE,
} from './scripts';

// What Linux takes as one variable of an environment
const MAX_TEXT_BYTES = 127 * 1024;
/** Nobody is asked; more than a second only delays who cancels. */
const GRACE_SECONDS = 1;

export const HARDENED: V1SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  privileged: false,
};

/** The pod of one attempt. It holds nothing that is secret: script, environment and URLs are in its Secret. */
export function podOf(
  cluster: ClusterConfig,
  spec: AttemptSpec,
  options: PodOptions,
): V1Pod {
  const name = podName(spec.attemptId);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: {
        ...options.labels,
        ...(options.queue !== undefined && { [LABELS.queue]: options.queue }),
        ...ownLabels(cluster, spec.attemptId),
        [LABELS.run]: labelValue(spec.runId),
        [LABELS.stage]: labelValue(spec.stage),
      },
      annotations: {
        ...options.annotations,
        [ANNOTATIONS.pipeline]: spec.pipelineRef,
        [ANNOTATIONS.run]: spec.runId,
        [ANNOTATIONS.stage]: spec.stage,
      },
    },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: GRACE_SECONDS,
      ...commonSpec(cluster, options),
      containers: [
        sidecarContainer(cluster, spec, name),
        stageContainer(cluster, spec, options, name),
      ],
      volumes: ['workspace', 'home', 'control', 'record', 'tmp'].map(
        volume => ({ name: volume, emptyDir: {} }),
      ),
    },
  };
}

/** What holds for all pods: where they run, as whom, and what they may not. */
export function commonSpec(
  cluster: ClusterConfig,
  options: PodOptions,
): Omit<V1PodSpec, 'containers'> {
  const [uid, gid] = cluster.user.split(':').map(Number);
  return {
    serviceAccountName: options.serviceAccount,
    automountServiceAccountToken: cluster.serviceAccountToken,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: uid,
      runAsGroup: gid,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    nodeSelector: options.nodeSelector,
    tolerations: options.tolerations,
    ...(options.priorityClass && {
      priorityClassName: options.priorityClass,
    }),
    ...(options.runtimeClass && { runtimeClassName: options.runtimeClass }),
    imagePullSecrets: cluster.imagePullSecrets.map(secret => ({
      name: secret,
    })),
  };
}

/** What a container that runs a model gets: as much as it asked for, no more and no less. */
export function limitsOf(
  cluster: ClusterConfig,
  resources: RequestedResources,
  { ephemeralStorageBytes }: Pick<PodOptions, 'ephemeralStorageBytes'>,
): Record<string, string> {
  return {
    ...quantities({
      cpus: resources.cpus ?? cluster.resources.cpus,
      memory: resources.memoryBytes ?? cluster.resources.memory,
    }),
    ...(resources.gpus && { [cluster.gpuResource]: String(resources.gpus) }),
    ...(ephemeralStorageBytes !== undefined && {
      'ephemeral-storage': String(ephemeralStorageBytes),
    }),
  };
}

function ownLabels(
  { instance }: ClusterConfig,
  attemptId: string,
): Record<string, string> {
  return {
    [LABELS.managedBy]: MANAGER,
    [LABELS.instance]: instance,
    [LABELS.attempt]: labelValue(attemptId),
  };
}

/** Started first, so that it fetches while the stage's container is made. */
function sidecarContainer(
  { sidecar }: ClusterConfig,
  spec: AttemptSpec,
  secret: string,
): V1Container {
  return {
    name: SIDECAR,
    image: sidecar.image,
    imagePullPolicy: sidecar.pull,
    command: [
      'sh',
      '-c',
      verbatim(SIDECAR_SCRIPT),
      'model-ci',
      String(spec.maxLogBytes),
    ],
    workingDir: WORKSPACE,
    env: [
      fromSecret(secret, 'FETCH', 'fetch'),
      fromSecret(secret, 'UPLOAD', 'upload'),
      ...(sidecar.ca === undefined
        ? []
        : [
            { name: 'CA_FILE', value: `${RECORD}/ca.pem` },
            fromSecret(secret, 'CA', 'ca'),
          ]),
    ],
    resources: {
      requests: quantities(sidecar.requests),
      limits: quantities(sidecar.limits),
    },
    securityContext: { ...HARDENED, readOnlyRootFilesystem: true },
    volumeMounts: [
      { name: 'workspace', mountPath: WORKSPACE },
      { name: 'control', mountPath: CONTROL },
      { name: 'record', mountPath: RECORD },
    ],
  };
}

function stageContainer(
  cluster: ClusterConfig,
  spec: AttemptSpec,
  options: PodOptions,
  secret: string,
): V1Container {
  const limits = limitsOf(cluster, spec.resources, options);
  return {
    name: STAGE,
    image: spec.image,
    imagePullPolicy: cluster.pull,
    command: [
      'sh',
      '-c',
      verbatim(stageScript(spec.shell ?? 'sh')),
      'model-ci',
      String(spec.timeoutSeconds),
    ],
    workingDir: WORKSPACE,
    env: [
      { name: 'HOME', value: HOME },
      ...Object.keys(environmentOf(spec)).map((name, index) =>
        fromSecret(secret, name, `env.${index}`),
      ),
      fromSecret(secret, 'MODEL_CI_SCRIPT', 'script'),
    ],
    resources: { requests: limits, limits },
    securityContext: {
      ...HARDENED,
      readOnlyRootFilesystem: options.readOnlyRoot,
    },
    volumeMounts: [
      { name: 'workspace', mountPath: WORKSPACE },
      { name: 'home', mountPath: HOME },
      { name: 'control', mountPath: CONTROL, readOnly: true },
      ...(options.readOnlyRoot ? [{ name: 'tmp', mountPath: '/tmp' }] : []),
    ],
  };
}

/**
 * What only this pod may know, each container its part. It is made after the pod, which cannot start without it, and
 * goes with the pod.
 */
export async function secretOf(
  cluster: ClusterConfig,
  spec: AttemptSpec,
  owner: { uid: string },
): Promise<V1Secret> {
  const name = podName(spec.attemptId);
  const fetches = await Promise.all(
    spec.workspace.map(async ({ path, signUrl }) =>
      line((await demandUrl(spec, signUrl)).url, path),
    ),
  );
  const uploads = await Promise.all(
    (spec.uploads ?? []).map(async ({ path, signUrl }) =>
      line((await signUrl()).url, path),
    ),
  );
  const environment = Object.values(environmentOf(spec)).map(
    (value, index) => [`env.${index}`, value] as const,
  );
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      labels: ownLabels(cluster, spec.attemptId),
      ownerReferences: [
        { apiVersion: 'v1', kind: 'Pod', name, uid: owner.uid },
      ],
    },
    stringData: {
      script: checked('The script', spec.script),
      fetch: checked('The list of its workspace', fetches.join('\n')),
      upload: checked('The list of its results', uploads.join('\n')),
      ...(cluster.sidecar.ca !== undefined && { ca: cluster.sidecar.ca }),
      ...Object.fromEntries(environment),
    },
  };
}

/** All of it is in the Secret, what is secret and what is not. */
function environmentOf({ env, secrets }: AttemptSpec): Record<string, string> {
  return { ...env, ...secrets };
}

async function demandUrl(
  { stage }: AttemptSpec,
  signUrl: AttemptSpec['workspace'][number]['signUrl'],
) {
  if (!signUrl) {
    throw new Error(
      `Stage '${stage}' cannot run in a cluster: the backend offers no transfers (modelCi.transfers)`,
    );
  }
  return await signUrl();
}

function line(url: string, path: string): string {
  const plain = workspacePath(path) || '.';
  if (/[\r\n]/.test(plain) || /[\s"\\]/.test(url)) {
    throw new InputError(
      `Path ${JSON.stringify(path)} has a line break, which no pod can be told`,
    );
  }
  return `${url} ${plain}`;
}

export function checked(what: string, text: string): string {
  if (Buffer.byteLength(text) > MAX_TEXT_BYTES) {
    throw new InputError(
      `${what} has more than ${MAX_TEXT_BYTES} bytes: move it to a file of the repository`,
    );
  }
  return text;
}

export function fromSecret(secret: string, name: string, key: string) {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}

/** Kubernetes puts variables in place of `$(NAME)`, unless the dollar is doubled. */
export function verbatim(text: string): string {
  return text.replaceAll('$', '$$$$');
}

export function quantities({
  cpus,
  memory,
}: {
  cpus?: number;
  memory?: number;
}): Record<string, string> {
  return {
    ...(cpus !== undefined && { cpu: `${Math.ceil(cpus * 1000)}m` }),
    ...(memory !== undefined && { memory: String(Math.ceil(memory)) }),
  };
}
