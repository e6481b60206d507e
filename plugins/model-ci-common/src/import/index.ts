export { importPipeline, MAX_IMPORT_LENGTH } from './importPipeline';
export {
  IMPORT_KINDS,
  IMPORT_OUTCOMES,
  type ImportFinding,
  type ImportInput,
  type ImportKind,
  type ImportOutcome,
  type PipelineImport,
} from './types';
