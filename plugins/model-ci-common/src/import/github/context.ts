import type { Draft } from '../draft';
import type { Findings } from '../Findings';
import type { Tree } from '../yamlTree';

/** What is known while a workflow is read. */
export interface Context {
  draft: Draft;
  findings: Findings;
  /** Of the whole workflow. */
  env?: Tree;
  folder?: string;
  /** Names of stages by the ids of their jobs. */
  stages: Map<string, string>;
  /** Names of stages by the artifacts that they upload. */
  uploads: Map<string, string>;
}
