import type { Reason } from '../reasons';

/** Files that pipelines are made from: Jenkinsfile, `.travis.yml`, `.gitlab-ci.yml`, workflow of GitHub Actions. */
export const IMPORT_KINDS = ['jenkins', 'travis', 'gitlab', 'github'] as const;

export type ImportKind = (typeof IMPORT_KINDS)[number];

/** `carried`: means the same; `changed`: is there, and means something else; `left`: is not there. */
export const IMPORT_OUTCOMES = ['carried', 'changed', 'left'] as const;

export type ImportOutcome = (typeof IMPORT_OUTCOMES)[number];

/** What became of one piece of an imported file. */
export interface ImportFinding {
  outcome: ImportOutcome;
  /** Where it stands, both from 1. */
  line: number;
  column: number;
  /** The piece, as the file has it, in one line. */
  what: string;
  /** What became of it, or why nothing did. */
  reason: Reason;
  /** What to do about it. */
  remedy?: Reason;
}

export interface ImportInput {
  text: string;
  /** Name or path of the file, by which its kind is recognised. */
  name?: string;
  kind?: ImportKind;
}

export interface PipelineImport {
  /** Absent if it is no file of any kind. */
  kind?: ImportKind;
  /** Text of a valid `model-pipeline.yaml`; absent if the file has nothing that could be run. */
  definition?: string;
  /** In the order of the file. */
  findings: ImportFinding[];
}
