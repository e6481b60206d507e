import type { Reason } from '../reasons';

/** An error in `model-pipeline.yaml`: where it is, what is wrong, and what would be right. */
export interface DefinitionError {
  file: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
  /** Dotted path in the document, e.g. `stages.train.timeout`. */
  path: string;
  /** In English; pages word the reason in the reader's language. */
  message: string;
  reason: Reason;
}

export type {
  PipelineDefinition,
  ServingDefinition,
  StageDefinition,
} from './stored';
