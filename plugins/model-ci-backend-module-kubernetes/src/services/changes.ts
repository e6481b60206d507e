import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { ANNOTATIONS, MANAGER } from '../pods/labels';
import type { ServiceDeployment } from './schemas';

/** What somebody else has made of a Deployment, which the portal never changes once it has made it. */
export interface Changes {
  /** It is scaled to what the version does not ask for. */
  scaled?: Reason;
  /** Something else of what it runs is changed. */
  edited?: Reason;
  /** How many are to be ready. */
  wanted: number;
}

/** As many as the version asks for: at least and at most. */
const RANGE = /^(\d+)-(\d+)$/;

export function changesOf(
  { metadata, spec }: ServiceDeployment,
  cluster: string,
): Changes {
  const [, min, max] =
    RANGE.exec(metadata.annotations[ANNOTATIONS.replicas] ?? '') ?? [];
  const { replicas } = spec;
  if (min === undefined) {
    // Made by an earlier version, which noted nothing
    return { wanted: replicas };
  }
  const { name } = metadata;
  const wanted = Math.max(Number(min), replicas);
  const isScaled = replicas < Number(min) || replicas > Number(max);
  const editor = lastEditor(metadata.managedFields);
  return {
    wanted,
    ...(isScaled && {
      scaled: reason('service.scaled', {
        name,
        cluster,
        replicas,
        wanted: min === max ? min : `${min}–${max}`,
      }),
    }),
    ...(editor && {
      edited: reason('service.edited', {
        name,
        cluster,
        manager: editor.manager,
        time: { time: editor.time },
      }),
    }),
  };
}

/** Who was the last but the portal to set something of the spec. The number of replicas is the autoscaler's to set. */
function lastEditor(
  fields: ServiceDeployment['metadata']['managedFields'],
): { manager: string; time: string } | undefined {
  return fields
    .filter(
      ({ manager, fieldsV1 }) =>
        manager !== MANAGER &&
        Object.keys(fieldsV1['f:spec'] ?? {}).some(
          field => field !== 'f:replicas',
        ),
    )
    .sort((one, other) => (one.time < other.time ? -1 : 1))
    .at(-1);
}
