/** Where a pipeline's definition lies, next to its entity. */
export const DEFINITION_FILE = 'model-pipeline.yaml';
