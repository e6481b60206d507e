import {
  isMeasured,
  reason,
  type Comparison,
  type Evaluation,
  type GateResult,
  type Reason,
  type VersionComparison,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { AliasRow } from '../database/tables/evaluations';
import type { RegisteredVersion } from '../database/operations/versions/listVersions';
import { gatesByMetric, gravestVerdict, seriesKey } from './histories';

type RunGate = GateResult & { runId: string };
type MetricRow = VersionComparison['metrics'][number];
type ComparedValue = MetricRow['values'][number];

/** What stages with `select` have chosen, by `<stage>.<parameter>`. */
function selectedParameters({ parameters }: RegisteredVersion) {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([stage, chosen]) =>
      Object.entries(chosen).map(([name, value]) => [
        `${stage}.${name}`,
        String(value),
      ]),
    ),
  );
}

/** Puts versions side by side; the first one is the reference. */
export function compareVersions(options: {
  versions: RegisteredVersion[];
  /** By run. */
  parameters: Map<string, Record<string, string>>;
  aliases: AliasRow[];
  evaluations: Evaluation[];
  gates: RunGate[];
}): VersionComparison {
  const { versions, parameters, aliases, evaluations } = options;
  const gatesOf = gatesByMetric(options.gates);
  const byRun = new Map<string, Map<string, Evaluation>>();
  const rows = new Map<string, Evaluation>();
  for (const evaluation of evaluations) {
    const key = seriesKey(evaluation);
    const own = byRun.get(evaluation.runId) ?? new Map<string, Evaluation>();
    byRun.set(evaluation.runId, own.set(key, evaluation));
    rows.set(key, newest(rows.get(key), evaluation));
  }

  return {
    versions: versions.map(version => ({
      version: version.version,
      runId: version.runId,
      runNumber: version.runNumber,
      commit: version.commit,
      createdAt: version.createdAt,
      createdBy: version.createdBy,
      aliases: aliases
        .filter(alias => alias.version === version.version)
        .map(alias => alias.alias),
      parameters: {
        ...parameters.get(version.runId),
        ...selectedParameters(version),
      },
      datasets: version.datasets,
    })),
    metrics: [...rows].map(([key, meaning]) => {
      const measured = versions.map(version =>
        byRun.get(version.runId)?.get(key),
      );
      return {
        metric: meaning.metric,
        dataset: meaning.dataset,
        unit: meaning.unit,
        higherIsBetter: meaning.higherIsBetter,
        values: versions.map((version, index): ComparedValue => {
          const own = measured[index];
          return {
            version: version.version,
            value: own?.value,
            notMeasured: own?.notMeasured,
            stderr: own?.stderr,
            n: own?.n,
            datasetDigest: own?.datasetDigest,
            verdict: own && gravestVerdict(own, gatesOf(own)),
            ...(index === 0
              ? { comparison: own ? 'reference' : 'missing' }
              : compareValues(measured[0], own, {
                  reference: versions[0].version,
                  higherIsBetter: meaning.higherIsBetter,
                })),
          };
        }),
      };
    }),
  };
}

/** What was measured last says best what a metric means. */
function newest(known: Evaluation | undefined, other: Evaluation): Evaluation {
  return known && known.at > other.at ? known : other;
}

/** Whether two values of one metric were measured on the same data, as far as is known. */
export function onSameData(a: Evaluation, b: Evaluation): boolean {
  return a.datasetDigest === b.datasetDigest;
}

function compareValues(
  reference: Evaluation | undefined,
  own: Evaluation | undefined,
  context: { reference: number; higherIsBetter: boolean | undefined },
): { comparison: Comparison; difference?: number; reason?: Reason } {
  if (!own) return { comparison: 'missing' };
  if (!reference) {
    return {
      comparison: 'missing',
      reason: reason('comparison.notReported', {
        version: context.reference,
      }),
    };
  }
  if (!onSameData(reference, own)) {
    return {
      comparison: 'not-comparable',
      reason: reason(
        reference.datasetDigest && own.datasetDigest
          ? 'comparison.otherData'
          : 'comparison.unknownData',
        { version: context.reference },
      ),
    };
  }
  if (!isMeasured(own) || !isMeasured(reference)) {
    return { comparison: 'missing', reason: reason('comparison.notMeasured') };
  }
  const difference = own.value - reference.value;
  return {
    comparison: direction(difference, context.higherIsBetter),
    // Of two numbers that are each at an end of what a number can be
    ...(Number.isFinite(difference) && { difference }),
  };
}

function direction(
  difference: number,
  higherIsBetter: boolean | undefined,
): Comparison {
  if (difference === 0) return 'equal';
  if (higherIsBetter === undefined) return 'different';
  return difference > 0 === higherIsBetter ? 'better' : 'worse';
}
