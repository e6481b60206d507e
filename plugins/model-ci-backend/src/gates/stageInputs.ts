import { createHash } from 'node:crypto';
import type {
  BuiltImage,
  ParameterValues,
  RunDataset,
  StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';

/** All of a version that can decide what a stage of its run predicts. What has the same of it is the same model. */
export interface StageInputs {
  /** Archive of the repository at the commit. */
  source: string;
  /** Digest of how it was executed, see `executionDigest`. */
  execution: string;
  /** Digest of the image that it ran in, where that is known. */
  image?: string;
  /** Digests of the artifacts that it was given, sorted. */
  given: string[];
  /** Digests of the artifacts that it made, sorted: a stage may train what it evaluates. */
  made: string[];
}

/** The machine is no part of a version, and neither is how long a stage may take or where it may run. */
export function executionDigest(of: {
  stage: StageDefinition;
  parameters: ParameterValues;
  /** The run's data sets. */
  datasets: RunDataset[];
  /** What an earlier stage has built for it. */
  image?: BuiltImage;
}): string {
  const { stage, parameters, datasets, image } = of;
  const { script, shell, executor, network, options, env, secrets } = stage;
  const parts = [
    [script, shell ?? null, executor ?? null, network ?? null],
    image?.id ?? stage.image ?? null,
    sorted(options ?? {}),
    sorted(env),
    [...secrets].sort(),
    sorted(parameters),
    datasets
      .filter(({ name }) => stage.datasets.includes(name))
      .map(({ name, uri, digest }) => [name, uri, digest]),
  ];
  return `sha256:${createHash('sha256')
    .update(JSON.stringify(parts))
    .digest('hex')}`;
}

function sorted(entries: object): unknown[] {
  return Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * Whether all but the source is the same. Where no artifact was kept, nothing says which model was evaluated: training
 * need not give the same one twice.
 */
export function haveSameInputs(a: StageInputs, b: StageInputs): boolean {
  return (
    a.given.length + a.made.length > 0 &&
    a.execution === b.execution &&
    a.image === b.image &&
    areEqual(a.given, b.given) &&
    areEqual(a.made, b.made)
  );
}

function areEqual(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((digest, i) => digest === b[i]);
}
