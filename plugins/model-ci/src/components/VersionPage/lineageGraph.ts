import type { VersionLineage } from '@model-ci/backstage-plugin-model-ci-common';
import { shortCommit, shortDigest } from '../../format';

/** Data sets beyond this many are counted: the graph is for a look. */
const MAX_DATASETS = 6;

export type LineageVertex = {
  id: string;
  /** Ids of what it follows from. */
  needs: string[];
} & (
  | { kind: 'commit'; commit: string; message?: string }
  | { kind: 'dataset'; name: string; digest: string; resourceRef?: string }
  | { kind: 'more-datasets'; count: number }
  | { kind: 'previous' | 'baseline'; version: number }
  | { kind: 'run'; runId: string; number: number }
  | { kind: 'version'; version: number }
  | { kind: 'environment'; name: string; serving: boolean }
);

/** What a version was made from and where it went, as a graph from left to right. */
export function lineageGraph(lineage: VersionLineage): LineageVertex[] {
  const { version, run } = lineage;
  const sources = [...commitOf(lineage), ...datasetsOf(lineage)];
  const parents = lineage.parents.map(
    (parent): LineageVertex => ({
      id: `parent ${parent.relation} ${parent.version}`,
      needs: [],
      kind: parent.relation,
      version: parent.version,
    }),
  );
  return [
    ...sources,
    ...parents,
    {
      id: 'run',
      needs: sources.map(({ id }) => id),
      kind: 'run',
      runId: run.id,
      number: run.number,
    },
    {
      id: 'version',
      needs: ['run', ...parents.map(({ id }) => id)],
      kind: 'version',
      version: version.version,
    },
    ...environmentsOf(lineage),
  ];
}

/** The line below the name of what a vertex is. */
export function vertexText(vertex: LineageVertex): string {
  switch (vertex.kind) {
    case 'commit':
      return shortCommit(vertex.commit);
    case 'dataset':
      return `${vertex.name} · ${shortDigest(vertex.digest)}`;
    case 'run':
      return `#${vertex.number}`;
    case 'environment':
      return vertex.name;
    case 'more-datasets':
      return '';
    default:
      return String(vertex.version);
  }
}

function commitOf({ version }: VersionLineage): LineageVertex[] {
  const { commit, commitMessage } = version;
  return commit === undefined
    ? []
    : [
        {
          id: 'commit',
          needs: [],
          kind: 'commit',
          commit,
          message: commitMessage,
        },
      ];
}

function datasetsOf({ datasets }: VersionLineage): LineageVertex[] {
  const shown = datasets.slice(0, MAX_DATASETS).map(
    ({ name, digest, resourceRef }): LineageVertex => ({
      id: `dataset ${name}`,
      needs: [],
      kind: 'dataset',
      name,
      digest,
      resourceRef,
    }),
  );
  const count = datasets.length - shown.length;
  return count > 0
    ? [...shown, { id: 'datasets', needs: [], kind: 'more-datasets', count }]
    : shown;
}

/** Where it serves, then where it has served. */
function environmentsOf({
  version,
  deployments,
}: VersionLineage): LineageVertex[] {
  const serving = new Set(version.environments);
  const served = deployments
    .filter(({ servingAt }) => servingAt !== undefined)
    .map(({ environment }) => environment);
  return [...new Set([...serving, ...served])].map(name => ({
    id: `environment ${name}`,
    needs: ['version'],
    kind: 'environment',
    name,
    serving: serving.has(name),
  }));
}
