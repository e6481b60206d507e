import { reason, type Reason } from '../reasons';
import { checkDependencies } from './dependencyRules';
import { checkCondition, checkPathsOfStages } from './conditionRules';
import { findArtifactOverlaps } from './artifactOverlaps';
import { ancestorsOf, findCycles } from './graph';
import { checkImages } from './imageRules';
import { checkInstances } from './instanceRules';
import { checkCaches } from './keys/checkCaches';
import { checkGates } from './keys/checkGates';
import { checkSecrets } from './keys/checkSecrets';
import { checkParameters } from './parameterRules';
import {
  MAX_ERRORS,
  type Problem,
  entriesOf,
  textsOf,
  valueOf,
} from './problems';
import { MAX_STAGES } from './schema';
import { withSuggestion } from './suggest';

/**
 * Checks what several values say together. Works on the document as it is: what has the wrong shape is passed
 * over, because that is reported already, and all errors are to be seen at once.
 */
export function checkRules(document: unknown): Problem[] {
  // The schema refuses more; looking at all of them would take too long.
  const stages = entriesOf(valueOf(document, 'stages'))
    .filter(([name]) => name !== '__proto__')
    .slice(0, MAX_STAGES);
  return [
    ...checkParameters(document, stages),
    ...checkDatasets(document, stages),
    ...stages.flatMap(([name, stage]) => checkStage(name, stage)),
    ...checkPathsOfStages(stages),
    ...checkImages(document, stages),
    ...checkInstances(stages),
    ...checkGraph(document, stages),
    ...checkSecrets(document, stages),
    ...checkServing(document),
    ...checkDeploy(document),
  ];
}

function checkDatasets(
  document: unknown,
  stages: Array<[string, unknown]>,
): Problem[] {
  const datasets = entriesOf(valueOf(document, 'datasets')).map(([key]) => key);
  const problems: Problem[] = [];
  const variables = new Map<string, string>();
  for (const dataset of datasets) {
    const variable = datasetVariable(dataset);
    const other = variables.get(variable);
    if (other !== undefined) {
      problems.push({
        path: ['datasets', dataset],
        atKey: true,
        reason: reason('definition.sameVariable', { variable, other }),
      });
    }
    variables.set(variable, other ?? dataset);
  }
  const known = new Set(datasets);
  const refuse = (path: Problem['path'], dataset: string) => {
    if (problems.length < MAX_ERRORS) {
      problems.push({
        path,
        reason: withSuggestion(
          reason('definition.noDataset', { name: shorten(dataset) }),
          dataset,
          datasets,
        ),
      });
    }
  };
  for (const [name, stage] of stages) {
    for (const { index, text } of textsOf(valueOf(stage, 'datasets'))) {
      if (!known.has(text)) {
        refuse(['stages', name, 'datasets', index], text);
      }
    }
    const selected = valueOf(valueOf(stage, 'select'), 'dataset');
    if (typeof selected === 'string' && !known.has(selected)) {
      refuse(['stages', name, 'select', 'dataset'], selected);
    }
    const gates = valueOf(stage, 'gates');
    (Array.isArray(gates) ? gates : []).forEach((gate: unknown, index) => {
      const dataset = valueOf(gate, 'dataset');
      if (typeof dataset === 'string' && !known.has(dataset)) {
        refuse(['stages', name, 'gates', index, 'dataset'], dataset);
      }
    });
  }
  return problems;
}

/** Environment variable in which a stage finds the path of a data set. */
export function datasetVariable(dataset: string): string {
  return `MODEL_CI_DATASET_${dataset.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}

function checkStage(name: string, stage: unknown): Problem[] {
  const path = ['stages', name];
  return [
    ...checkRepeated([...path, 'needs'], valueOf(stage, 'needs')),
    ...checkRepeated([...path, 'dependencies'], valueOf(stage, 'dependencies')),
    ...checkRepeated([...path, 'datasets'], valueOf(stage, 'datasets')),
    ...checkGates(path, stage),
    ...checkCondition(path, stage),
  ];
}

function checkGraph(
  document: unknown,
  stages: Array<[string, unknown]>,
): Problem[] {
  const names = stages.map(([name]) => name);
  const known = new Set(names);
  const problems: Problem[] = [];
  const graph = new Map<string, string[]>();
  for (const [name, stage] of stages) {
    const needs = textsOf(valueOf(stage, 'needs'));
    for (const { index, text } of needs) {
      if (!known.has(text) && problems.length < MAX_ERRORS) {
        problems.push({
          path: ['stages', name, 'needs', index],
          reason: withSuggestion(
            reason('definition.noStage', { name: shorten(text) }),
            text,
            names.filter(other => other !== name),
          ),
        });
      }
    }
    graph.set(
      name,
      needs.map(need => need.text).filter(need => known.has(need)),
    );
  }
  const cycles = findCycles(graph);
  for (const cycle of cycles) {
    const [first, second] = cycle;
    const index = textsOf(
      valueOf(valueOf(valueOf(document, 'stages'), first), 'needs'),
    ).find(need => need.text === second)?.index;
    problems.push({
      path: ['stages', first, 'needs', index ?? 0],
      reason:
        cycle.length === 2
          ? reason('definition.needsItself', { stage: first })
          : reason('definition.cycle', { stages: cycle.join(' → ') }),
    });
  }
  if (cycles.length === 0) {
    const ancestors = ancestorsOf(graph);
    problems.push(
      ...findArtifactOverlaps(stages, ancestors, {
        served: valueOf(document, 'serving') !== undefined,
      }),
      ...checkCaches(stages, ancestors),
      ...checkDependencies(stages, ancestors),
    );
  }
  return problems;
}

function checkServing(document: unknown): Problem[] {
  const serving = valueOf(document, 'serving');
  const at = (path: string[], why: Reason): Problem => ({
    path: ['serving', ...path],
    atKey: true,
    reason: why,
  });
  return [
    ...(valueOf(valueOf(serving, 'env'), 'PORT') === undefined
      ? []
      : [at(['env', 'PORT'], reason('definition.port'))]),
    ...checkScaling(serving, at),
  ];
}

function checkScaling(
  serving: unknown,
  at: (path: string[], why: Reason) => Problem,
): Problem[] {
  const autoscale = valueOf(serving, 'autoscale');
  if (autoscale === undefined) {
    return [];
  }
  const min = valueOf(autoscale, 'min') ?? 1;
  const max = valueOf(autoscale, 'max');
  return [
    ...(valueOf(serving, 'replicas') === undefined
      ? []
      : [at(['replicas'], reason('definition.replicasAndAutoscale'))]),
    ...(typeof min === 'number' && typeof max === 'number' && max < min
      ? [at(['autoscale', 'max'], reason('definition.autoscaleOrder', { min }))]
      : []),
    ...(valueOf(valueOf(serving, 'resources'), 'cpus') === undefined
      ? [at(['autoscale'], reason('definition.autoscaleCpus'))]
      : []),
  ];
}

function checkDeploy(document: unknown): Problem[] {
  const deploy = valueOf(document, 'deploy');
  if (deploy === undefined) {
    return [];
  }
  const problems: Problem[] = [
    ...checkRepeated(['deploy', 'path'], valueOf(deploy, 'path')),
    ...checkRepeated(['deploy', 'automatic'], valueOf(deploy, 'automatic')),
  ];
  if (valueOf(document, 'serving') === undefined) {
    problems.push({
      path: ['deploy'],
      atKey: true,
      reason: reason('definition.deployNothing'),
    });
  }
  const path = textsOf(valueOf(deploy, 'path')).map(({ text }) => text);
  for (const { index, text } of textsOf(valueOf(deploy, 'automatic'))) {
    if (!path.includes(text) && problems.length < MAX_ERRORS) {
      problems.push({
        path: ['deploy', 'automatic', index],
        reason: withSuggestion(
          reason('definition.notInPath', { name: shorten(text) }),
          text,
          path,
        ),
      });
    }
  }
  return problems;
}

/**
 * That new versions can be deployed to where they are to go by themselves. The rest of the path is asked for by
 * hand, and then answered; so one definition can serve several portals.
 */
export function checkEnvironments(
  document: unknown,
  environments: readonly string[],
): Problem[] {
  const deploy = valueOf(document, 'deploy');
  const path = textsOf(valueOf(deploy, 'path')).map(({ text }) => text);
  return (
    textsOf(valueOf(deploy, 'automatic'))
      // What is not in the path is an error already.
      .filter(({ text }) => path.includes(text) && !environments.includes(text))
      .slice(0, MAX_ERRORS)
      .map(({ index, text }) => ({
        path: ['deploy', 'automatic', index],
        reason: noEnvironment(text, environments),
      }))
  );
}

function noEnvironment(
  environment: string,
  environments: readonly string[],
): Reason {
  const name = shorten(environment);
  return environments.length === 0
    ? reason('definition.noEnvironmentAtAll', { name })
    : withSuggestion(
        reason('definition.noEnvironment', { name }),
        environment,
        environments,
      );
}

function checkRepeated(path: Problem['path'], list: unknown): Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const { index, text } of textsOf(list)) {
    if (seen.has(text)) {
      problems.push({
        path: [...path, index],
        reason: reason('definition.namedTwice', { name: shorten(text) }),
      });
    }
    seen.add(text);
  }
  return problems;
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
