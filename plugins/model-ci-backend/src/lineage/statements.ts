import {
  stageKey,
  type GateResult,
  type RanImage,
  type VersionLineage,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { JsonObject } from '@backstage/types';
import { gateName } from './gateName';

/** What a provenance of this portal means is described in docs/lineage.md. */
export const BUILD_TYPE = 'https://model-ci.dev/provenance/run/v1';
const STATEMENT = 'https://in-toto.io/Statement/v1';
const PROVENANCE = 'https://slsa.dev/provenance/v1';
const TEST_RESULT = 'https://in-toto.io/attestation/test-result/v0.1';

const GIT_ID = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** An in-toto statement, version 1. */
export interface Statement {
  _type: typeof STATEMENT;
  subject: Array<{ name: string; digest: Record<string, string> }>;
  predicateType: string;
  predicate: JsonObject;
}

/** SLSA provenance v1: what a version was made from, and how. */
export function provenanceStatement(
  lineage: VersionLineage,
  builderId: string,
): Statement {
  const { version, run, stages } = lineage;
  return {
    _type: STATEMENT,
    subject: subjectsOf(lineage),
    predicateType: PROVENANCE,
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: {
          pipeline: version.pipelineRef,
          source: compact({
            uri: run.sourceUrl,
            branch: run.branch,
            commit: run.commit,
          }),
          trigger: run.trigger,
          ...(Object.keys(run.parameters).length > 0 && {
            runParameters: run.parameters,
          }),
          parameters: Object.fromEntries(
            stages
              .filter(({ parameters }) => Object.keys(parameters).length > 0)
              .map(({ name, instance, parameters }) => [
                stageKey(name, instance),
                parameters,
              ]),
          ),
        },
        internalParameters: {
          stages: stages.map(({ name, instance, executor, node, imageName }) =>
            compact({ name, instance, executor, node, image: imageName }),
          ),
        },
        resolvedDependencies: dependenciesOf(lineage),
      },
      runDetails: {
        builder: { id: builderId },
        metadata: compact({
          invocationId: run.id,
          startedOn: run.startedAt,
          finishedOn: run.finishedAt,
        }),
      },
    },
  };
}

/** What the gates said of a version, as the result of a test; undefined where none judged it. */
export function gateStatement(lineage: VersionLineage): Statement | undefined {
  const { gates, approvals, run } = lineage;
  if (gates.length === 0) {
    return undefined;
  }
  const named = (verdict: GateResult['verdict']) =>
    gates.filter(gate => gate.verdict === verdict).map(gateName);
  const [passed, warned, failed] = [
    named('pass'),
    named('inconclusive'),
    named('fail'),
  ];
  return {
    _type: STATEMENT,
    subject: subjectsOf(lineage),
    predicateType: TEST_RESULT,
    predicate: {
      result: resultOf(warned.length, failed.length),
      configuration: [
        compact({
          name: 'model-pipeline.yaml',
          uri: run.sourceUrl,
          digest: commitDigest(run.commit),
        }),
      ],
      passedTests: passed,
      warnedTests: warned,
      failedTests: failed,
      // An extension, named as in-toto's parsing rules have it: why what did not pass went on.
      modelci_decisions: approvals
        .filter(({ decision }) => decision !== undefined)
        .map(({ stage, instance, decision, by, reason, decidedAt }) =>
          compact({
            stage: stageKey(stage, instance),
            decision,
            by,
            reason,
            decidedAt,
          }),
        ),
    },
  };
}

function resultOf(warned: number, failed: number): string {
  if (failed > 0) {
    return 'FAILED';
  }
  return warned > 0 ? 'WARNED' : 'PASSED';
}

/** The artifacts and built images; of a version without any, the commit that it is. */
function subjectsOf({
  version,
  run,
  stages,
}: VersionLineage): Statement['subject'] {
  const names = version.artifacts.map(({ stage, name }) => `${stage}/${name}`);
  const artifacts = version.artifacts.map((artifact, index) => ({
    // Names of subjects are unique: where several instances go on, each says which it is.
    name: names.some((name, at) => at !== index && name === names[index])
      ? `${stageKey(artifact.stage, artifact.instance)}/${artifact.name}`
      : names[index],
    digest: digestSet(artifact.digest),
  }));
  const images = stages.flatMap(({ name, builtImage }) =>
    builtImage
      ? [{ name: `image/${name}`, digest: digestSet(digestOf(builtImage)) }]
      : [],
  );
  if (artifacts.length + images.length > 0) {
    return [...artifacts, ...images];
  }
  const digest =
    commitDigest(version.commit) ??
    (run.sourceDigest && digestSet(run.sourceDigest));
  return digest ? [{ name: 'source', digest }] : [];
}

function dependenciesOf({ run, datasets, stages }: VersionLineage) {
  const images = new Map(
    stages.flatMap(({ image, imageName }) =>
      image ? [[image.id, { image, imageName }] as const] : [],
    ),
  );
  return [
    compact({
      name: 'source',
      uri: run.sourceUrl,
      digest: commitDigest(run.commit),
    }),
    ...(run.sourceDigest
      ? [
          {
            name: 'source archive',
            mediaType: 'application/x-tar',
            digest: digestSet(run.sourceDigest),
          },
        ]
      : []),
    ...datasets.map(({ name, uri, digest }) => ({
      name: `dataset/${name}`,
      uri,
      digest: digestSet(digest),
    })),
    ...[...images.values()].map(({ image, imageName }) =>
      compact({
        name: `image/${imageName ?? image.id}`,
        uri: image.reference && `docker://${image.reference}`,
        digest: digestSet(digestOf(image)),
      }),
    ),
  ];
}

/** In its registry, where one has it. */
function digestOf({ id, reference }: RanImage): string {
  return reference?.split('@')[1] ?? id;
}

function commitDigest(commit?: string): Record<string, string> | undefined {
  return commit !== undefined && GIT_ID.test(commit)
    ? { gitCommit: commit }
    : undefined;
}

/** `sha256:…` as in-toto writes it. */
function digestSet(digest: string): Record<string, string> {
  const [algorithm, value] = digest.split(':');
  return { [algorithm]: value };
}

/** Without what is not known: JSON has no other word for it. */
function compact<T extends object>(object: T): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined),
  );
}
