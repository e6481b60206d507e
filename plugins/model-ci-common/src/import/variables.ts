import { reason } from '../reasons';
import type { Draft, DraftStage } from './draft';
import type { Findings } from './Findings';
import type { ImportKind } from './types';

/** What the variables of other systems are called here; texts are for the shell. */
const KNOWN: Record<ImportKind, Record<string, string>> = {
  jenkins: {
    WORKSPACE: '$PWD',
    BRANCH_NAME: '$MODEL_CI_BRANCH',
    GIT_BRANCH: '$MODEL_CI_BRANCH',
    GIT_COMMIT: '$MODEL_CI_COMMIT',
    BUILD_ID: '$MODEL_CI_RUN_ID',
    BUILD_NUMBER: '$MODEL_CI_RUN_ID',
    BUILD_TAG: '$MODEL_CI_RUN_ID',
    STAGE_NAME: '$MODEL_CI_STAGE',
  },
  gitlab: {
    CI_PROJECT_DIR: '$PWD',
    CI_COMMIT_SHA: '$MODEL_CI_COMMIT',
    CI_COMMIT_SHORT_SHA: '$(echo "$MODEL_CI_COMMIT" | cut -c1-8)',
    CI_COMMIT_BRANCH: '$MODEL_CI_BRANCH',
    CI_COMMIT_REF_NAME: '$MODEL_CI_BRANCH',
    CI_COMMIT_REF_SLUG:
      '$(echo "$MODEL_CI_BRANCH" | tr A-Z a-z | tr -c "a-z0-9\\n" - | cut -c1-63)',
    CI_JOB_NAME: '$MODEL_CI_STAGE',
    CI_PIPELINE_ID: '$MODEL_CI_RUN_ID',
    CI_JOB_ID: '$MODEL_CI_RUN_ID',
  },
  travis: {
    TRAVIS_BUILD_DIR: '$PWD',
    TRAVIS_COMMIT: '$MODEL_CI_COMMIT',
    TRAVIS_BRANCH: '$MODEL_CI_BRANCH',
    TRAVIS_BUILD_ID: '$MODEL_CI_RUN_ID',
    TRAVIS_BUILD_NUMBER: '$MODEL_CI_RUN_ID',
    TRAVIS_JOB_NAME: '$MODEL_CI_STAGE',
  },
  github: {
    GITHUB_WORKSPACE: '$PWD',
    GITHUB_SHA: '$MODEL_CI_COMMIT',
    GITHUB_REF_NAME: '$MODEL_CI_BRANCH',
    GITHUB_RUN_ID: '$MODEL_CI_RUN_ID',
    GITHUB_RUN_NUMBER: '$MODEL_CI_RUN_ID',
    GITHUB_JOB: '$MODEL_CI_STAGE',
    GITHUB_OUTPUT: '/dev/null',
    GITHUB_ENV: '/dev/null',
    GITHUB_PATH: '/dev/null',
    GITHUB_STEP_SUMMARY: '/dev/null',
  },
};

/** Variables that only the other system sets. */
const FOREIGN: Record<ImportKind, RegExp> = {
  jenkins: /^(?:BUILD|JOB|NODE|JENKINS|RUN|CHANGE|GIT|HUDSON|SCM|TAG)_\w+$/,
  gitlab: /^(?:CI|GITLAB)_\w+$/,
  travis: /^TRAVIS_\w+$/,
  github: /^(?:GITHUB|RUNNER|ACTIONS)_\w+$/,
};

/** Sets the variables that the commands expect of the other system, and reports those that nothing sets. */
export function provideVariables(
  draft: Draft,
  kind: ImportKind,
  findings: Findings,
): void {
  const missing = new Set<string>();
  for (const stage of draft.stages) {
    const assignments = [];
    for (const name of variablesOf(stage)) {
      const value = Object.hasOwn(KNOWN[kind], name)
        ? KNOWN[kind][name]
        : undefined;
      const isSet =
        Object.hasOwn(stage.env, name) || Object.hasOwn(draft.env, name);
      if (!isSet && value !== undefined) {
        assignments.push(`${name}="${value}"`);
        findings.changed(
          stage.offset,
          name,
          reason('import.variable', { variable: name, value }),
        );
      } else if (!isSet && FOREIGN[kind].test(name) && !missing.has(name)) {
        missing.add(name);
        findings.left(
          stage.offset,
          name,
          reason('import.variableUnset', { variable: name }),
          reason('import.remedyVariable', { variable: name }),
        );
      }
    }
    if (assignments.length > 0) {
      stage.run.unshift(`export ${assignments.join(' ')}`);
    }
  }
}

/** Names of variables that the commands of a stage use. */
function variablesOf(stage: DraftStage): Set<string> {
  const texts = [
    ...stage.run,
    ...stage.after.map(({ command }) => command),
    ...Object.values(stage.env),
    stage.guard ?? '',
  ];
  const names = new Set<string>();
  for (const text of texts) {
    for (const [, name] of text.matchAll(/\$\{?([A-Z][A-Z0-9_]{1,60})\b/g)) {
      if (!name.startsWith('MODEL_CI_')) {
        names.add(name);
      }
    }
  }
  return names;
}
