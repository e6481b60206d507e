import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pod } from '../pods/podSchema';

// eslint-disable-next-line no-restricted-syntax -- only tests come here
const FOLDER = join(__dirname, 'recorded');

/**
 * Keeps a pod as the testbed's cluster had it, for tests without a cluster, where MODEL_CI_RECORD_PODS is set. What
 * `kubectl` does not show either (`managedFields`) and the scripts are left out.
 */
export function record(name: string, pod: Pod | undefined): void {
  if (!process.env.MODEL_CI_RECORD_PODS || !pod) {
    return;
  }
  const { metadata, spec, status } = pod;
  const { name: podName, uid, creationTimestamp, labels } = metadata;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  const { nodeName } = spec;
  const kept = {
    metadata: {
      ...{ name: podName, uid, creationTimestamp, labels },
      ...{ deletionTimestamp, deletionGracePeriodSeconds },
    },
    spec: { nodeName },
    status,
  };
  writeFileSync(
    join(FOLDER, `${name}.json`),
    `${JSON.stringify(kept, undefined, 2)}\n`,
  );
}
