import { InputError } from '@backstage/errors';
import type {
  V1Container,
  V1Deployment,
  V1HorizontalPodAutoscaler,
  V1Ingress,
  V1OwnerReference,
  V1Secret,
  V1Service,
  V1Toleration,
} from '@kubernetes/client-node';
import {
  workspacePath,
  type ServiceSpec,
} from '@model-ci/backstage-plugin-model-ci-node';
import { ingressUrl, type ClusterConfig } from '../config';
import { ANNOTATIONS, LABELS, labelValue, MANAGER } from '../pods/labels';
import { podName } from '../pods/podName';
import {
  checked,
  commonSpec,
  fromSecret,
  HARDENED,
  limitsOf,
  quantities,
  verbatim,
} from '../pods/podSpec';
import { HOME, RECORD, WORKSPACE } from '../pods/scripts';
import type { PodOptions } from '../stageOptions';
import { FETCH, SERVE } from './scripts';

export const SERVICE = 'service';
export const FETCHER = 'workspace';

/** The name of everything that a service is made of. */
export const serviceName = podName;

/** A service that is asked to stop has so long, like those of other hosts. */
const POLITE_SECONDS = 8;
/** So much later than the portal the kubelet gives up a service that does not become healthy. */
const FIRST_WORD_SECONDS = 30;
const PORT_NAME = 'http';

/** What the objects of a service are found by. */
export function serviceSelector(
  { instance }: Pick<ClusterConfig, 'instance'>,
  serviceId: string,
): Record<string, string> {
  return {
    [LABELS.managedBy]: MANAGER,
    [LABELS.instance]: instance,
    [LABELS.service]: labelValue(serviceId),
  };
}

interface Parts {
  cluster: ClusterConfig;
  spec: ServiceSpec;
  options: PodOptions;
}

/**
 * The Deployment of a service. It never changes: another version is another Deployment, to which the portal moves its
 * endpoint. It holds nothing that is secret.
 */
export function deploymentOf({ cluster, spec, options }: Parts): V1Deployment {
  const name = serviceName(spec.serviceId);
  const labels = labelsOf(cluster, spec);
  const { queue } = options;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      labels: {
        ...options.labels,
        ...(queue !== undefined && { [LABELS.queue]: queue }),
        ...labels,
      },
      annotations: {
        ...options.annotations,
        ...annotationsOf(spec),
        [ANNOTATIONS.replicas]: `${spec.replicas}-${
          spec.autoscale?.max ?? spec.replicas
        }`,
      },
    },
    spec: {
      replicas: spec.replicas,
      revisionHistoryLimit: 0,
      selector: { matchLabels: serviceSelector(cluster, spec.serviceId) },
      template: {
        metadata: {
          labels: { ...options.labels, ...labels },
          annotations: { ...options.annotations, ...annotationsOf(spec) },
        },
        spec: {
          ...commonSpec(cluster, options),
          tolerations: tolerationsOf(cluster, options),
          terminationGracePeriodSeconds: POLITE_SECONDS,
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: {
                matchLabels: serviceSelector(cluster, spec.serviceId),
              },
            },
          ],
          initContainers: [fetcherOf(cluster, name)],
          containers: [containerOf({ cluster, spec, options }, name)],
          volumes: ['workspace', 'home', 'record', 'tmp'].map(volume => ({
            name: volume,
            emptyDir: {},
          })),
        },
      },
    },
  };
}

/** The address of a service within its cluster. */
export function serviceOf({ cluster, spec }: Parts, uid: string): V1Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: ownedBy(cluster, spec, uid),
    spec: {
      type: 'ClusterIP',
      selector: serviceSelector(cluster, spec.serviceId),
      ports: [{ name: PORT_NAME, port: spec.port, targetPort: spec.port }],
    },
  };
}

/** What only its pods may know. */
export async function secretOf(
  { cluster, spec }: Parts,
  { uid, ca }: { uid: string; ca?: string },
): Promise<V1Secret> {
  const lines = await Promise.all(
    spec.workspace.map(async ({ path, signUrl }) => {
      if (!signUrl) {
        throw new Error(
          'A service cannot run in a cluster: the backend offers no transfers (modelCi.transfers)',
        );
      }
      return fetchLine((await signUrl()).url, path);
    }),
  );
  const values = Object.values(environmentOf(spec)).map(
    (value, index) => [`env.${index}`, value] as const,
  );
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: ownedBy(cluster, spec, uid),
    stringData: {
      script: checked('The script', spec.script),
      fetch: checked('The list of its workspace', lines.join('\n')),
      ...(ca !== undefined && { ca }),
      ...Object.fromEntries(values),
    },
  };
}

/** The stable version of its API counts CPU, which is all that is asked for, and every server has it. */
export function autoscalerOf(
  { cluster, spec }: Parts,
  uid: string,
): V1HorizontalPodAutoscaler | undefined {
  const name = serviceName(spec.serviceId);
  return (
    spec.autoscale && {
      apiVersion: 'autoscaling/v1',
      kind: 'HorizontalPodAutoscaler',
      metadata: ownedBy(cluster, spec, uid),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        minReplicas: spec.replicas,
        maxReplicas: spec.autoscale.max,
        targetCPUUtilizationPercentage: spec.autoscale.cpu,
      },
    }
  );
}

/** Where the cluster's config has an Ingress made for each service. */
export function ingressOf(
  { cluster, spec }: Parts,
  uid: string,
): V1Ingress | undefined {
  const { url, ingress } = cluster.services;
  if (url === undefined || !ingress) {
    return undefined;
  }
  const name = serviceName(spec.serviceId);
  const { hostname } = new URL(ingressUrl(url, name));
  const { className, tlsSecret, annotations } = ingress;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...ownedBy(cluster, spec, uid), annotations },
    spec: {
      ...(className !== undefined && { ingressClassName: className }),
      ...(tlsSecret !== undefined && {
        tls: [{ hosts: [hostname], secretName: tlsSecret }],
      }),
      rules: [
        {
          host: hostname,
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name, port: { number: spec.port } } },
              },
            ],
          },
        },
      ],
    },
  };
}

function fetcherOf({ sidecar }: ClusterConfig, secret: string): V1Container {
  return {
    name: FETCHER,
    image: sidecar.image,
    imagePullPolicy: sidecar.pull,
    command: ['sh', '-c', verbatim(FETCH), 'model-ci'],
    workingDir: WORKSPACE,
    env: [
      fromSecret(secret, 'FETCH', 'fetch'),
      ...(sidecar.ca === undefined ? [] : [fromSecret(secret, 'CA', 'ca')]),
    ],
    resources: {
      requests: quantities(sidecar.requests),
      limits: quantities(sidecar.limits),
    },
    securityContext: { ...HARDENED, readOnlyRootFilesystem: true },
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [
      { name: 'workspace', mountPath: WORKSPACE },
      { name: 'record', mountPath: RECORD },
    ],
  };
}

/**
 * It counts as ready when its health path answers, and has its start-up time for the first of these. It is not
 * killed where the path stops to answer: a service that is overloaded would be restarted, and its load be the others'.
 */
function containerOf(
  { cluster, spec, options }: Parts,
  secret: string,
): V1Container {
  const limits = limitsOf(cluster, spec.resources, options);
  const httpGet = { path: spec.health, port: spec.port };
  return {
    name: SERVICE,
    image: spec.image,
    imagePullPolicy: cluster.pull,
    command: ['sh', '-c', verbatim(SERVE), 'model-ci'],
    workingDir: WORKSPACE,
    env: [
      { name: 'HOME', value: HOME },
      ...Object.keys(environmentOf(spec)).map((name, index) =>
        fromSecret(secret, name, `env.${index}`),
      ),
      fromSecret(secret, 'MODEL_CI_SCRIPT', 'script'),
    ],
    ports: [{ name: PORT_NAME, containerPort: spec.port }],
    resources: { requests: limits, limits },
    securityContext: {
      ...HARDENED,
      readOnlyRootFilesystem: options.readOnlyRoot,
    },
    startupProbe: {
      httpGet,
      periodSeconds: 1,
      timeoutSeconds: 5,
      failureThreshold: Math.ceil(spec.startupSeconds) + FIRST_WORD_SECONDS,
    },
    readinessProbe: {
      httpGet,
      periodSeconds: 5,
      timeoutSeconds: 5,
      failureThreshold: 2,
    },
    volumeMounts: [
      { name: 'workspace', mountPath: WORKSPACE },
      { name: 'home', mountPath: HOME },
      ...(options.readOnlyRoot ? [{ name: 'tmp', mountPath: '/tmp' }] : []),
    ],
  };
}

/** Clusters keep pods on a node that is gone for minutes, unless the pods say otherwise. */
function tolerationsOf(
  { services }: ClusterConfig,
  { tolerations }: PodOptions,
): V1Toleration[] {
  const lost = ['not-ready', 'unreachable']
    .map(state => `node.kubernetes.io/${state}`)
    .filter(key => !tolerations.some(other => other.key === key));
  return [
    ...tolerations,
    ...lost.map(key => ({
      key,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: services.nodeLossSeconds,
    })),
  ];
}

function environmentOf({
  env,
  secrets,
  port,
}: ServiceSpec): Record<string, string> {
  return { ...env, ...secrets, PORT: String(port) };
}

function labelsOf(
  cluster: ClusterConfig,
  spec: ServiceSpec,
): Record<string, string> {
  return {
    ...serviceSelector(cluster, spec.serviceId),
    [LABELS.environment]: labelValue(spec.environment),
    [LABELS.version]: String(spec.version),
  };
}

function annotationsOf(spec: ServiceSpec): Record<string, string> {
  return {
    [ANNOTATIONS.pipeline]: spec.pipelineRef,
    [ANNOTATIONS.deployment]: spec.deploymentId,
    [ANNOTATIONS.environment]: spec.environment,
    [ANNOTATIONS.version]: String(spec.version),
  };
}

/** Goes with its Deployment, however that is removed. */
function ownedBy(cluster: ClusterConfig, spec: ServiceSpec, uid: string) {
  const name = serviceName(spec.serviceId);
  const owner: V1OwnerReference = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    name,
    uid,
  };
  return { name, labels: labelsOf(cluster, spec), ownerReferences: [owner] };
}

function fetchLine(url: string, path: string): string {
  const plain = workspacePath(path) || '.';
  if (/[\r\n]/.test(plain) || /[\s"\\]/.test(url)) {
    throw new InputError(
      `Path ${JSON.stringify(
        path,
      )} has a line break, which no pod can be given`,
    );
  }
  return `${url} ${plain}`;
}
