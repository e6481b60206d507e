import type { StageDefinition } from './types';

/** The value of a parameter in a `matrix`. */
export type ParameterValue = string | number | boolean;

/** One of several executions of a stage in one run. */
export interface StageInstance {
  /** Tells it apart from the others, such as `learning_rate=0.1,depth=2`. */
  key: string;
  /** A point of the stage's `matrix`. */
  parameters: Record<string, ParameterValue>;
  /** Name of an entry of the stage's `on`. */
  environment?: string;
  /** Which repetition in its environment it is, from 1; absent where there is one. */
  repeat?: number;
}

/** The instances of a stage, in the order in which they are shown; none for a stage that is executed once. */
export function instancesOf(
  stage: Pick<StageDefinition, 'matrix' | 'repeat'> & {
    on?: Record<string, unknown>;
  },
): StageInstance[] {
  if (stage.on) {
    return executionsOn(Object.keys(stage.on), stage.repeat ?? 1);
  }
  return stage.matrix ? pointsOf(stage.matrix) : [];
}

function executionsOn(environments: string[], repeats: number) {
  return environments.flatMap(environment =>
    Array.from({ length: repeats }, (_, index): StageInstance => {
      const repeat = index + 1;
      return repeats === 1
        ? { key: keyOf([['on', environment]]), parameters: {}, environment }
        : {
            key: keyOf([
              ['on', environment],
              ['repeat', repeat],
            ]),
            parameters: {},
            environment,
            repeat,
          };
    }),
  );
}

/** The last parameter changes first. */
function pointsOf(matrix: Record<string, ParameterValue[]>): StageInstance[] {
  const points = Object.entries(matrix).reduce<
    Array<[string, ParameterValue][]>
  >(
    (found, [name, values]) =>
      found.flatMap(point =>
        values.map((value): [string, ParameterValue][] => [
          ...point,
          [name, value],
        ]),
      ),
    [[]],
  );
  return points.map(point => ({
    key: keyOf(point),
    parameters: Object.fromEntries(point),
  }));
}

function keyOf(entries: Array<[string, ParameterValue]>): string {
  return entries
    .map(([name, value]) => `${name}=${escapeValue(String(value))}`)
    .join(',');
}

/** Keys are folders, parts of URLs and words of a log: whatever means something there is escaped as in a URL. */
function escapeValue(value: string): string {
  return value.replace(/[^A-Za-z0-9._+-]/gu, character =>
    encodeURIComponent(character).replace(
      /[!'()*~]/,
      other => `%${other.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
  );
}

/** The definition that each instance of a stage follows, by its key. */
export function instanceDefinitions(
  stage: StageDefinition,
): Map<string, StageDefinition> {
  const { matrix, select, on, repeat, parity, hold, gates, ...own } = stage;
  return new Map(
    instancesOf(stage).map(({ key, parameters, environment = '' }) => {
      const { [environment]: said } = on ?? {};
      return [
        key,
        {
          ...own,
          ...said,
          gates: gates.filter(gate => !isParityMetric(gate.metric)),
          nodeSelector: { ...own.nodeSelector, ...said?.nodeSelector },
          resources: { ...own.resources, ...said?.resources },
          env: { ...own.env, ...said?.env, ...parameterVariables(parameters) },
        },
      ];
    }),
  );
}

/** How far environments may lie apart, figure by figure: gates on these judge the stage, not its instances. */
export const PARITY_FIGURES = ['d', 'mean', 'max', 'p99', 'changed'] as const;
export type ParityFigure = (typeof PARITY_FIGURES)[number];

/** The name of a figure as a metric. */
export function parityMetric(figure: ParityFigure): string {
  return `parity.${figure}`;
}

export function isParityMetric(metric: string): boolean {
  return metric.startsWith('parity.');
}

/** The environment variables in which commands find parameters. */
export function parameterVariables(
  parameters: Record<string, ParameterValue>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      parameterVariable(name),
      String(value),
    ]),
  );
}

/** Environment variable in which an instance finds a parameter. */
export function parameterVariable(name: string): string {
  return `PARAM_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}

/** How a stage, or one of its instances, is named in URLs, logs and lists: `train[depth=2]`. */
export function stageKey(stage: string, instance?: string | null): string {
  return instance ? `${stage}[${instance}]` : stage;
}

/** Reads what `stageKey` wrote. */
export function parseStageKey(key: string): {
  stage: string;
  instance?: string;
} {
  const [, stage = key, instance] = /^([^[\]]+)\[([^[\]]+)\]$/.exec(key) ?? [];
  return instance === undefined ? { stage } : { stage, instance };
}
