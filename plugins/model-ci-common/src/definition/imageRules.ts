import { reason } from '../reasons';
import { ancestorsOf, findCycles } from './graph';
import { type Problem, textsOf, valueOf } from './problems';
import { withSuggestion } from './suggest';

/** What is about commands, or about files that they write. */
const NOT_WITH_BUILD = [
  'shell',
  'image',
  'env',
  'datasets',
  'artifacts',
  'cache',
  'reports',
  'gates',
  'matrix',
  'on',
  'allowFailure',
] as const;

/** Checks what builds images and what runs them. */
export function checkImages(
  document: unknown,
  stages: Array<[string, unknown]>,
): Problem[] {
  const builders = stages
    .filter(([, stage]) => valueOf(stage, 'imageBuild') !== undefined)
    .map(([name]) => name);
  return [
    ...stages.flatMap(([name, stage]) => checkBuild(name, stage)),
    ...checkSources(stages, builders),
    ...checkSource(
      ['serving', 'image', 'stage'],
      valueOf(document, 'serving'),
      builders,
      builders,
    ),
  ];
}

function checkBuild(name: string, stage: unknown): Problem[] {
  const path = ['stages', name];
  const has = (key: string) => valueOf(stage, key) !== undefined;
  if (!has('imageBuild')) {
    return has('run') || typeof stage !== 'object' || stage === null
      ? []
      : [
          {
            path: [...path, 'run'],
            atKey: true,
            reason: reason('definition.noCommands'),
          },
        ];
  }
  return [
    ...(has('run')
      ? [
          {
            path: [...path, 'run'],
            atKey: true,
            reason: reason('definition.runWithBuild'),
          },
        ]
      : []),
    ...NOT_WITH_BUILD.filter(has).map(key => ({
      path: [...path, key],
      atKey: true,
      reason: reason('definition.notWithBuild'),
    })),
  ];
}

function checkSources(
  stages: Array<[string, unknown]>,
  builders: string[],
): Problem[] {
  const sourceOf = (stage: unknown) =>
    valueOf(valueOf(stage, 'image'), 'stage');
  const running = stages.filter(([, stage]) => sourceOf(stage) !== undefined);
  if (running.length === 0) {
    return [];
  }
  const ancestors = findAncestors(stages);
  return running.flatMap(([name, stage]) =>
    checkSource(
      ['stages', name, 'image', 'stage'],
      stage,
      builders,
      // Where the needs form a cycle that is what has to be mended
      builders.filter(other => !ancestors || ancestors.get(name)?.has(other)),
    ),
  );
}

function findAncestors(stages: Array<[string, unknown]>) {
  const known = new Set(stages.map(([name]) => name));
  const graph = new Map(
    stages.map(([name, stage]) => [
      name,
      textsOf(valueOf(stage, 'needs'))
        .map(({ text }) => text)
        .filter(need => known.has(need)),
    ]),
  );
  return findCycles(graph).length === 0 ? ancestorsOf(graph) : undefined;
}

function checkSource(
  path: string[],
  holder: unknown,
  builders: string[],
  needed: string[],
): Problem[] {
  const source = valueOf(valueOf(holder, 'image'), 'stage');
  if (typeof source !== 'string' || needed.includes(source)) {
    return [];
  }
  const stage = source.slice(0, 100);
  return [
    {
      path,
      reason: builders.includes(source)
        ? reason('definition.imageNotNeeded', { stage })
        : withSuggestion(
            reason('definition.buildsNoImage', { stage }),
            source,
            builders,
          ),
    },
  ];
}
