/** Refresh key of a pipeline's entity, whatever files it was put together from. */
export function modelPipelineRefreshKey(entityRef: string): string {
  return `model-ci:${entityRef.toLocaleLowerCase('en-US')}`;
}
