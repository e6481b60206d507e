import { findArtifactOverlaps } from './artifactOverlaps';
import { ancestorsOf, findCycles } from './graph';
import { checkInstances } from './instanceRules';
import { checkGates } from './keys/checkGates';
import {
  MAX_ERRORS,
  type Problem,
  entriesOf,
  textsOf,
  valueOf,
} from './problems';
import { MAX_STAGES } from './schema';
import { suggestion } from './suggest';

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
    ...checkDatasets(document, stages),
    ...stages.flatMap(([name, stage]) => checkStage(name, stage)),
    ...checkInstances(stages),
    ...checkGraph(document, stages),
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
        message: `has the same variable ${variable} as '${other}'; rename one of them`,
      });
    }
    variables.set(variable, other ?? dataset);
  }
  const known = new Set(datasets);
  const refuse = (path: Problem['path'], dataset: string) => {
    if (problems.length < MAX_ERRORS) {
      problems.push({
        path,
        message: `'${shorten(dataset)}' is not in datasets${suggestion(
          dataset,
          datasets,
          'data sets are',
        )}`,
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
    ...checkRepeated([...path, 'datasets'], valueOf(stage, 'datasets')),
    ...checkGates(path, stage),
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
          message: `there is no stage '${shorten(text)}'${suggestion(
            text,
            names.filter(other => other !== name),
            'stages are',
          )}`,
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
      message:
        cycle.length === 2
          ? `'${first}' needs itself`
          : `stages need each other in a circle: ${cycle.join(' → ')}`,
    });
  }
  if (cycles.length === 0) {
    problems.push(
      ...findArtifactOverlaps(stages, ancestorsOf(graph), {
        served: valueOf(document, 'serving') !== undefined,
      }),
    );
  }
  return problems;
}

function checkServing(document: unknown): Problem[] {
  const env = valueOf(valueOf(document, 'serving'), 'env');
  return valueOf(env, 'PORT') === undefined
    ? []
    : [
        {
          path: ['serving', 'env', 'PORT'],
          atKey: true,
          message: 'PORT is set by Model CI; write serving.port instead',
        },
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
      message:
        'nothing can be deployed without serving; add serving or remove deploy',
    });
  }
  const path = textsOf(valueOf(deploy, 'path')).map(({ text }) => text);
  for (const { index, text } of textsOf(valueOf(deploy, 'automatic'))) {
    if (!path.includes(text) && problems.length < MAX_ERRORS) {
      problems.push({
        path: ['deploy', 'automatic', index],
        message: `'${shorten(text)}' is not in deploy.path${suggestion(
          text,
          path,
          'the path is',
        )}`,
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
        message: `this portal has no environment '${shorten(text)}'${
          environments.length > 0
            ? suggestion(text, environments, 'it has')
            : '; none is configured'
        }`,
      }))
  );
}

function checkRepeated(path: Problem['path'], list: unknown): Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const { index, text } of textsOf(list)) {
    if (seen.has(text)) {
      problems.push({
        path: [...path, index],
        message: `'${shorten(text)}' is named twice`,
      });
    }
    seen.add(text);
  }
  return problems;
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
