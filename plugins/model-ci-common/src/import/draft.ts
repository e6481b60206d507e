import { NAME_PATTERN } from '../definition/schema';

export const AFTER = ['always', 'success', 'failure', 'cleanup'] as const;

/** When a command runs after those of a stage. */
export type AfterWhen = (typeof AFTER)[number];

/** A stage while a file is read. */
export interface DraftStage {
  name: string;
  title?: string;
  /** Where it stands in the imported file. */
  offset: number;
  needs: string[];
  /** Stages whose artifacts it is given; those of all that it needs if absent. */
  dependencies?: string[];
  image?: string;
  env: Record<string, string>;
  /** A test of the shell, without which the commands are not run. */
  guard?: string;
  run: string[];
  after: Array<{ when: AfterWhen; command: string }>;
  timeout?: string;
  /** How often an attempt that the platform lost is made again. */
  retry?: number;
  artifacts: Record<string, string>;
  junit: string[];
  allowFailure?: boolean;
  hold?: boolean;
  shell?: 'bash';
}

/** A pipeline while a file is read. */
export interface Draft {
  branches?: string[];
  image?: string;
  timeout?: string;
  env: Record<string, string>;
  stages: DraftStage[];
}

/** Leaves room for the number of a name that is there already. */
const MAX_NAME = 50;

/** Adds a stage whose name is made from what people call it. */
export function addStage(
  draft: Draft,
  called: string,
  offset: number,
): DraftStage {
  const name = freeName(called, new Set(draft.stages.map(stage => stage.name)));
  const stage: DraftStage = {
    name,
    ...(called.trim() !== name &&
      called.trim() !== '' && { title: called.trim().slice(0, 100) }),
    offset,
    needs: [],
    env: {},
    run: [],
    after: [],
    artifacts: {},
    junit: [],
  };
  draft.stages.push(stage);
  return stage;
}

/** Keeps a file or folder of a stage under a name of its own. */
export function addArtifact(
  stage: DraftStage,
  called: string,
  path: string,
): string {
  const known = Object.entries(stage.artifacts).find(([, at]) => at === path);
  if (known) {
    return known[0];
  }
  const name = freeName(called, new Set(Object.keys(stage.artifacts)));
  stage.artifacts[name] = path;
  return name;
}

/** A name of the definition, of at least one that is not taken. */
export function freeName(called: string, taken: ReadonlySet<string>): string {
  const base = toName(called);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name)) {
      return name;
    }
  }
}

function toName(called: string): string {
  const letters = called
    .slice(0, 200)
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, MAX_NAME)
    .replace(/[-_]+$/, '');
  const isName = NAME_PATTERN.test(letters) && letters !== 'constructor';
  return isName ? letters : 'stage';
}

/**
 * The folder or file of a pattern: all before its first wildcard. Undefined if that is the whole workspace.
 */
export function pathOfPattern(pattern: string): string | undefined {
  const segments = pattern.trim().replace(/^\.\//, '').split('/');
  const wild = segments.findIndex(segment => /[*?[\]{}$]/.test(segment));
  const fixed = wild < 0 ? segments : segments.slice(0, wild);
  const path = fixed.join('/').replace(/\/+$/, '');
  return path === '' || path === '.' ? undefined : path;
}
