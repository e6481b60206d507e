import type { Reason } from '../reasons';

/** Something that a code host announced, and what it led to for one pipeline. */
export interface Delivery {
  id: string;
  /** Kind of host: `github`, `gitlab`, `gitea`, `bitbucket`, or `model-ci-git`, which is this portal's own. */
  provider: string;
  /** What the host calls it. */
  event: string;
  /** As people open it in a browser. */
  repositoryUrl: string;
  /** Absent where nothing moved. */
  ref?: { type: 'branch' | 'tag'; name: string };
  /** The pull or merge request that it is about. */
  pullRequest?: { number: number; url: string };
  /** Absent where the ref was deleted. */
  commit?: string;
  /** Subject of the commit. */
  message?: string;
  /** Who did it: an entity ref, or a name on the host. */
  author?: string;
  receivedAt: string;
  /** How often it came again. */
  repeats: number;
  /** Whether it is tried again. */
  isOpen: boolean;
  /** The run that it started. */
  run?: { id: string; number: number };
  /** Why it started none, or what is to be known of the run. */
  reason?: Reason;
}
