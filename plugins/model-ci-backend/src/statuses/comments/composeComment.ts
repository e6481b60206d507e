import {
  describeReason,
  type Evaluation,
  type GateInterval,
  type GateResult,
  type Run,
  type RunStage,
  shownDecimals,
  type Status,
} from '@model-ci/backstage-plugin-model-ci-common';
import { escapeText } from './escapeText';

/** A run of a pull request, with what it is compared with. */
export interface CommentedRun {
  run: Run;
  target?: {
    /** As a version, or as a run of the branch. */
    name: string;
    evaluations: Evaluation[];
  };
  /** Names of tests. */
  failedTests: string[];
}

export interface CommentContent {
  /** The newest of each pipeline. */
  runs: CommentedRun[];
  /** Address of the pages. */
  appUrl: string;
  /** By which the comment is found again. */
  marker: string;
}

/** Less than half of what the host takes that takes the least. */
const MAX_LENGTH = 30_000;
const MAX_NAME = 120;
const MAX_REASON = 600;
const MAX_GATES = 50;
const MAX_REASONS = 20;
const MAX_TESTS = 20;
const SHORT_COMMIT = 8;

const STATUSES: Record<Status, string> = {
  // One of them follows the other within moments, which is worth no notification.
  queued: 'has not ended yet',
  running: 'has not ended yet',
  waiting: 'waits for a decision',
  succeeded: 'succeeded',
  failed: 'failed',
  errored: 'could not be executed',
  cancelled: 'was cancelled',
  skipped: 'was skipped',
};
const VERDICTS: Record<GateResult['verdict'], string> = {
  pass: 'Passed',
  fail: '**Failed**',
  inconclusive: '**Inconclusive**',
};

/** The line that nobody sees. A definition of a link that nothing uses is shown by no dialect of Markdown. */
export function formatMarker(marker: string): string {
  return `[//]: # (model-ci ${marker})`;
}

/** What a pull request shows of its runs, in Markdown and in English, as hosts have no other language for it. */
export function composeComment(content: CommentContent): string {
  const lines = [
    formatMarker(content.marker),
    ...content.runs.flatMap(own => describeRun(own, content)),
  ];
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    length += line.length + 1;
    if (length > MAX_LENGTH) {
      kept.push('', 'The rest is on the pages of the runs.');
      break;
    }
    kept.push(line);
  }
  return kept.join('\n');
}

function describeRun(
  { failedTests, run, target }: CommentedRun,
  { appUrl }: CommentContent,
): string[] {
  const executions = run.stages.flatMap(listExecutions);
  const gates = executions.flatMap(own => own.gates);
  const name = escapeText(nameOf(run.pipelineRef), MAX_NAME);
  const link = `[run ${run.number}](${appUrl}/model-ci/runs/${run.id})`;
  const commit = /^[0-9a-f]{40,64}$/.test(run.commit ?? '')
    ? ` of commit \`${run.commit?.slice(0, SHORT_COMMIT)}\``
    : '';
  return [
    '',
    `### ${name}: ${link}${commit} ${STATUSES[run.status]}`,
    ...describeProblems(run, executions, gates),
    ...describeGates(gates, target),
    ...describeTests(executions, failedTests),
  ];
}

function nameOf(pipelineRef: string): string {
  return pipelineRef.replace(/^modelpipeline:(?:default\/)?/, '');
}

type Execution = Pick<RunStage, 'status' | 'reason' | 'gates' | 'reports'> & {
  name: string;
};

function listExecutions(stage: RunStage): Execution[] {
  const instances = (stage.instances ?? []).map(own => ({
    ...own,
    name: `${stage.name}[${own.key}]`,
  }));
  return [stage, ...instances];
}

/** Why it is refused: the gates that did not pass, with their intervals, or else the stages that failed. */
function describeProblems(
  run: Run,
  executions: Execution[],
  gates: GateResult[],
): string[] {
  const judged = gates
    .filter(({ verdict }) => verdict !== 'pass')
    .map(gate => describeReason(gate.reason));
  const failed = executions
    .filter(
      ({ gates: own, status }) =>
        ['failed', 'errored'].includes(status) &&
        own.every(({ verdict }) => verdict === 'pass'),
    )
    .map(({ name, reason: why }) =>
      why ? `${name}: ${describeReason(why)}` : `${name} failed`,
    );
  const invalid = run.definitionErrors.length > 0 && [
    'its model-pipeline.yaml is invalid; the page of the run says where',
  ];
  const all = [...judged, ...failed, ...(invalid || [])];
  const reasons =
    all.length === 0 && run.status === 'errored' && run.reason
      ? [describeReason(run.reason)]
      : all;
  if (reasons.length === 0) {
    return [];
  }
  const title = run.status === 'failed' ? 'Refused because' : 'To be looked at';
  return ['', `**${title}**`, '', ...listed(reasons, MAX_REASONS, MAX_REASON)];
}

const HEADER = [
  ['Metric', '---'],
  ['Value', '---:'],
  ['Compared with', '---:'],
  ['Change', '---:'],
  ['Interval', '---:'],
  ['Verdict', '---'],
  ['Examples', '---:'],
];

function describeGates(
  gates: GateResult[],
  target: CommentedRun['target'],
): string[] {
  if (gates.length === 0) {
    return [];
  }
  const rows = gates.slice(0, MAX_GATES).map(gate => rowOf(gate, target));
  const more = gates.length - rows.length;
  return [
    '',
    formatRow(HEADER.map(([name]) => name)),
    formatRow(HEADER.map(([, align]) => align)),
    ...rows.map(formatRow),
    ...(more > 0 ? ['', `${more} more are on the page of the run.`] : []),
  ];
}

function rowOf(gate: GateResult, target: CommentedRun['target']): string[] {
  const compared = findCompared(gate, target);
  const { examples, interval, value, verdict } = gate;
  const change =
    value === undefined || compared?.value === undefined
      ? undefined
      : value - compared.value;
  return [
    escapeText(describeSubject(gate), MAX_NAME),
    formatNumber(value),
    compared
      ? `${formatNumber(compared.value)} (${escapeText(
          compared.name,
          MAX_NAME,
        )})`
      : '–',
    formatNumber(change, true),
    interval ? describeInterval(interval, gate) : '–',
    VERDICTS[verdict],
    formatNumber(examples),
  ];
}

function describeSubject({
  dataset,
  instance,
  metric,
  slice,
  stage,
}: GateResult) {
  const where = [dataset, slice, instance && `${stage}[${instance}]`];
  return [metric, ...where.filter(Boolean)].join(', ');
}

/** What the gate itself compares with or, for a gate with limits, what the target branch has. */
function findCompared(
  { baseline, dataset, metric, slice, stage }: GateResult,
  target: CommentedRun['target'],
): { name: string; value?: number } | undefined {
  if (baseline) {
    const { name, value, version } = baseline;
    return version === undefined
      ? undefined
      : { name: `${name}, version ${version}`, value };
  }
  const same = target?.evaluations.find(
    own =>
      own.stage === stage &&
      own.metric === metric &&
      (dataset === undefined || own.dataset === dataset) &&
      (own.slice ?? '') === (slice ?? ''),
  );
  return (
    target && same && { name: target.name, value: same.value ?? undefined }
  );
}

/** Of the metric, or of how much better it is than the baseline; with as many digits as the reason has. */
function describeInterval(
  { lower, upper }: GateInterval,
  { baseline, demand }: GateResult,
): string {
  const { confidence, margin = 0, max, min } = demand;
  const edges = baseline ? [-margin, 0] : [min, max];
  const decimals = shownDecimals(
    [lower, upper],
    edges.flatMap(edge => edge ?? []),
  );
  const show = (limit: number) =>
    formatNumber(Number(limit.toFixed(decimals)), Boolean(baseline));
  const level = confidence ? ` at ${formatNumber(confidence * 100)} %` : '';
  return `${lower === undefined ? '−∞' : show(lower)} to ${
    upper === undefined ? '∞' : show(upper)
  }${baseline ? ' better' : ' of the value'}${level}`;
}

function describeTests(executions: Execution[], failed: string[]): string[] {
  const sums = { tests: 0, failures: 0, errors: 0, skipped: 0 };
  for (const report of executions.flatMap(own => own.reports)) {
    if (report.kind === 'junit') {
      sums.tests += report.tests;
      sums.failures += report.failures;
      sums.errors += report.errors;
      sums.skipped += report.skipped;
    }
  }
  const { errors, failures, skipped, tests } = sums;
  if (tests === 0) {
    return [];
  }
  const passed = tests - failures - errors - skipped;
  const parts = [
    `${passed} passed`,
    `${failures + errors} failed`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return [
    '',
    `**Tests:** ${parts.join(', ')}`,
    ...(failed.length > 0 ? [''] : []),
    ...listed(failed, MAX_TESTS, MAX_NAME),
  ];
}

function listed(texts: string[], max: number, length: number): string[] {
  const shown = texts
    .slice(0, max)
    .map(text => `- ${escapeText(text, length)}`);
  const more = texts.length - shown.length;
  return more > 0 ? [...shown, `- and ${more} more`] : shown;
}

function formatRow(cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Six digits, as everywhere; with its sign where it is a difference. */
function formatNumber(value: number | undefined, isSigned = false): string {
  if (value === undefined) {
    return '–';
  }
  const text = String(Number(Math.abs(value).toPrecision(6)));
  const sign = value < 0 ? '−' : '';
  return `${isSigned && value > 0 ? '+' : sign}${text}`;
}
