import type { VersionComparison } from '@model-ci/backstage-plugin-model-ci-common';
import { shortDigest } from '../../../format';

type Version = VersionComparison['versions'][number];

/** What one parameter or data set was in each of the versions. */
export interface FactRow {
  kind: 'parameter' | 'dataset';
  name: string;
  values: Array<string | undefined>;
  /** The whole of what `values` shortens. */
  titles: Array<{ version: number; title?: string }>;
}

/** Parameters and data sets that any of the versions has. */
export function factRows(versions: Version[]): FactRow[] {
  return [
    ...rowsOf('parameter', versions, version =>
      Object.entries(version.parameters),
    ),
    ...rowsOf('dataset', versions, version =>
      version.datasets.map(({ name, digest }) => [name, digest]),
    ),
  ];
}

function rowsOf(
  kind: FactRow['kind'],
  versions: Version[],
  entries: (version: Version) => Array<[string, string]>,
): FactRow[] {
  const maps = versions.map(version => new Map(entries(version)));
  const names = new Set(maps.flatMap(map => [...map.keys()]));
  return [...names].sort().map(name => {
    const whole = maps.map(map => map.get(name));
    return {
      kind,
      name,
      values: whole.map(value =>
        kind === 'dataset' && value !== undefined ? shortDigest(value) : value,
      ),
      titles: versions.map(({ version }, i) => ({ version, title: whole[i] })),
    };
  });
}

export function isDifferent(values: unknown[]): boolean {
  return values.some(value => value !== values[0]);
}
