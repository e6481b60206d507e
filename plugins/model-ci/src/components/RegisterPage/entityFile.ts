import type { FoundPipeline } from '@model-ci/backstage-plugin-model-ci-common';

/** A name that the catalog takes for an entity, and that goes into YAML and URLs as it is. */
export const ENTITY_NAME = /^[a-z0-9]+(?:[-_.][a-z0-9]+)*$/;
export const MAX_ENTITY_NAME = 63;

/** The ref of an owner, in full or as its kind and namespace may be left out. */
export const OWNER_REF =
  /^(?:(?:group|user):)?(?:[a-z0-9_.-]{1,63}\/)?[a-z0-9_.-]{1,63}$/i;

/** The entities that the catalog needs of a definition, as the templates write them. */
export function writeEntityFile(
  { file, proposal }: FoundPipeline,
  { name, owner }: { name: string; owner: string },
): string {
  const modelRef = proposal?.modelRef ?? `component:default/${name}`;
  const definition = file.split('/').pop();
  const model = `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ${name}
spec:
  type: ai-model
  lifecycle: experimental
  owner: ${owner}
`;
  const pipeline = `apiVersion: model-ci.dev/v1alpha1
kind: ModelPipeline
metadata:
  name: ${name}
spec:
  type: training
  lifecycle: experimental
  owner: ${owner}
  model: ${modelRef}
  definition:
    $yaml: ./${definition}
`;
  const documents = proposal?.modelRef ? [pipeline] : [model, pipeline];
  const text = documents.join('---\n');
  return proposal?.isAddition ? `---\n${text}` : text;
}
