import type {
  V1Container,
  V1Pod,
  V1Secret,
  V1Volume,
} from '@kubernetes/client-node';
import { podName } from '../pods/podName';
import { STAGE } from '../pods/podSchema';
import { profileOf } from './builderConfig';
import { BUILDER } from './builderFiles';
import { PULL_SECRETS } from './buildScript';
import type { BuildPlan } from './planBuild';

const VOLUME = 'builder';

/**
 * Makes the pod of an attempt that of a build. Both containers run as the builder's user, who opens what the other makes.
 * The builder maps users by a program that is setuid, which takes two capabilities and a way to gain them, and makes
 * namespaces and mounts of its own, which takes profiles that let it.
 */
export function builderPod(pod: V1Pod, plan: BuildPlan): V1Pod {
  const { builder } = plan;
  const [runAsUser, runAsGroup] = builder.user.split(':').map(Number);
  const spec = pod.spec!;
  const pulls = (spec.imagePullSecrets ?? []).flatMap(({ name }, index) =>
    name === undefined ? [] : [{ name, volume: `pull-${index}` }],
  );
  const security = {
    ...spec.securityContext,
    runAsUser,
    runAsGroup,
  };
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      annotations: {
        ...pod.metadata?.annotations,
        // Servers before 1.30
        [`container.apparmor.security.beta.kubernetes.io/${STAGE}`]:
          annotationOf(builder.appArmorProfile),
      },
    },
    spec: {
      ...spec,
      securityContext: security,
      containers: spec.containers.map(container =>
        container.name === STAGE
          ? builderContainer(container, plan, pulls)
          : container,
      ),
      volumes: [
        ...(spec.volumes ?? []),
        filesVolume(plan),
        ...pulls.map(({ name, volume }) => ({
          name: volume,
          secret: {
            secretName: name,
            optional: true,
            items: [{ key: '.dockerconfigjson', path: 'config.json' }],
          },
        })),
      ],
    },
  };
}

function builderContainer(
  container: V1Container,
  { builder }: BuildPlan,
  pulls: Array<{ volume: string }>,
): V1Container {
  return {
    ...container,
    imagePullPolicy: builder.pull,
    securityContext: {
      privileged: false,
      allowPrivilegeEscalation: true,
      capabilities: { drop: ['ALL'], add: ['SETUID', 'SETGID'] },
      readOnlyRootFilesystem: false,
      seccompProfile: profileOf(builder.seccompProfile),
      appArmorProfile: profileOf(builder.appArmorProfile),
    },
    volumeMounts: [
      ...(container.volumeMounts ?? []),
      { name: VOLUME, mountPath: BUILDER, readOnly: true },
      ...pulls.map(({ volume }, index) => ({
        name: volume,
        mountPath: `${PULL_SECRETS}/${index}`,
        readOnly: true,
      })),
    ],
  };
}

/** Of the attempt's own Secret, only what is the builder's. */
function filesVolume({ spec, files }: BuildPlan): V1Volume {
  return {
    name: VOLUME,
    secret: {
      secretName: podName(spec.attemptId),
      items: Object.keys(files).map(name => ({
        key: keyOf(name),
        path: name,
      })),
    },
  };
}

/** Puts the builder's files into the Secret of its attempt. */
export function withBuilderFiles(
  secret: V1Secret,
  { files }: BuildPlan,
): V1Secret {
  return {
    ...secret,
    stringData: {
      ...secret.stringData,
      ...Object.fromEntries(
        Object.entries(files).map(([name, text]) => [keyOf(name), text]),
      ),
    },
  };
}

function keyOf(name: string): string {
  return `builder.${name}`;
}

function annotationOf(profile: string): string {
  switch (profile) {
    case 'RuntimeDefault':
      return 'runtime/default';
    case 'Unconfined':
      return 'unconfined';
    default:
      return `localhost/${profile.slice(profile.indexOf('/') + 1)}`;
  }
}
