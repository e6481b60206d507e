import type { Draft } from '../draft';
import type { Findings } from '../Findings';

/** What is known while a Jenkinsfile is read. */
export interface Context {
  draft: Draft;
  findings: Findings;
  /** Stages by the names of what they stashed. */
  stashes: Map<string, string>;
}
