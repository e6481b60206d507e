import { parseEntityRef } from '@backstage/catalog-model';
import { MODEL_PIPELINE_KIND } from '../entity';
import { path } from './HttpTransport';

export function parsePipelineRef(ref: string) {
  return parseEntityRef(ref, {
    defaultKind: MODEL_PIPELINE_KIND,
    defaultNamespace: 'default',
  });
}

/** Where everything of a pipeline is. */
export function pipelinePath(pipelineRef: string): string {
  const { namespace, name } = parsePipelineRef(pipelineRef);
  return path`/pipelines/${namespace}/${name}`;
}
