import {
  isMeasured,
  stageKey,
  type MeasuredEvaluation,
  type VersionLineage,
} from '@model-ci/backstage-plugin-model-ci-common';
import { stringify } from 'yaml';
import { gatesTable } from './cardGates';
import { code, escapeMarkdown, oneLine, table } from './markdown';

/** Hugging Face wants a task and a data set of each result; this is its word for what it has none for. */
const OTHER = 'other';

/** Significant digits: more say nothing of a metric, and nobody reads them. */
const DIGITS = { value: 6, stderr: 3 };

/**
 * The model card of a version: Markdown for people, with front matter whose `model-index` is what Hugging Face reads.
 */
export function modelCard(
  lineage: VersionLineage,
  /** What the catalog says of the model; absent where it says nothing to the reader. */
  model: { description?: string } = {},
): string {
  const sections = [
    introduction(lineage, model),
    section('Metrics', metricsTable(lineage)),
    section('Gates', gatesTable(lineage.gates)),
    section('Decisions', decisionsTable(lineage)),
    section('Data', datasetsTable(lineage)),
    section('How it was made', stagesTable(lineage)),
    section('Artifacts', artifactsTable(lineage)),
  ];
  return `---\n${frontMatter(lineage)}---\n\n${sections
    .filter(text => text !== '')
    .join('\n\n')}\n`;
}

function frontMatter({ version, pipeline, datasets }: VersionLineage): string {
  const digests = new Map(datasets.map(({ name, digest }) => [name, digest]));
  const results = [...groupByDataset(version.metrics.filter(isMeasured))].map(
    ([dataset, metrics]) => ({
      task: { type: OTHER },
      dataset: {
        type: oneLine(dataset) || OTHER,
        name: oneLine(dataset) || OTHER,
        revision: metrics[0]?.datasetDigest ?? digests.get(dataset),
      },
      metrics: metrics.map(metricOf),
    }),
  );
  return plainNumbers(
    stringify(
      {
        tags: ['model-ci'],
        'model-index': [{ name: oneLine(pipeline.title), results }],
      },
      // Its readers follow YAML 1.1, which takes more words for something else than text: every text is quoted.
      {
        version: '1.1',
        defaultStringType: 'QUOTE_DOUBLE',
        defaultKeyType: 'PLAIN',
        lineWidth: 0,
      },
    ),
  );
}

/** YAML 1.1 takes `1e-7` for text: a number with an exponent needs a point. Texts are quoted, and so stay. */
function plainNumbers(yaml: string): string {
  return yaml.replace(/^([ -]*\w+: -?\d+)(e[+-]\d+)$/gm, '$1.0$2');
}

function groupByDataset(
  metrics: MeasuredEvaluation[],
): Map<string, MeasuredEvaluation[]> {
  const groups = new Map<string, MeasuredEvaluation[]>();
  for (const metric of metrics) {
    const dataset = metric.dataset ?? '';
    groups.set(dataset, [...(groups.get(dataset) ?? []), metric]);
  }
  return groups;
}

function metricOf({ metric, value, stderr, n }: MeasuredEvaluation) {
  const args = {
    ...(n !== undefined && { n }),
    ...(stderr !== undefined && { stderr: rounded(stderr, DIGITS.stderr) }),
  };
  const name = oneLine(metric);
  return {
    type: name,
    name,
    value: rounded(value, DIGITS.value),
    ...(Object.keys(args).length > 0 && { args }),
  };
}

function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

function introduction(
  { version, pipeline, run }: VersionLineage,
  model: { description?: string },
): string {
  const description = model.description ?? pipeline.description;
  const facts = [
    ['Version', String(version.version)],
    ['Pipeline', code(version.pipelineRef)],
    ['Owner', pipeline.owner && code(pipeline.owner)],
    ['Commit', version.commit && code(version.commit)],
    ['Source', run.sourceUrl && code(run.sourceUrl)],
    ['Registered', `${version.createdAt} by ${code(version.createdBy)}`],
    ['Aliases', version.aliases.map(code).join(', ')],
    ['Serves in', version.environments.map(code).join(', ')],
    [
      'Parameters',
      Object.entries(run.parameters)
        .map(([name, value]) => code(`${name}=${value}`))
        .join(' '),
    ],
  ];
  return [
    `# ${escapeMarkdown(pipeline.title)}`,
    ...(description ? [escapeMarkdown(description)] : []),
    facts
      .filter(([, fact]) => fact)
      .map(([name, fact]) => `- ${name}: ${fact}`)
      .join('\n'),
  ].join('\n\n');
}

function section(title: string, content: string): string {
  return content === '' ? '' : `## ${title}\n\n${content}`;
}

function metricsTable({ version }: VersionLineage): string {
  return table(
    ['Metric', 'Data set', 'Value', 'Standard error', 'Examples'],
    version.metrics.map(({ metric, dataset, value, unit, stderr, n }) => [
      escapeMarkdown(metric),
      escapeMarkdown(dataset ?? ''),
      value === undefined
        ? 'not measured'
        : `${rounded(value, DIGITS.value)}${
            unit ? ` ${escapeMarkdown(unit)}` : ''
          }`,
      stderr === undefined ? '' : String(rounded(stderr, DIGITS.stderr)),
      n === undefined ? '' : String(n),
    ]),
  );
}

function decisionsTable({ approvals }: VersionLineage): string {
  return table(
    ['Stage', 'Question', 'Decision', 'By', 'Reason'],
    approvals.map(({ stage, instance, question, decision, by, reason }) => [
      escapeMarkdown(stageKey(stage, instance)),
      escapeMarkdown(question.text),
      decision ?? 'open',
      by === undefined ? '' : code(by),
      escapeMarkdown(reason ?? ''),
    ]),
  );
}

function datasetsTable({ datasets }: VersionLineage): string {
  return table(
    ['Data set', 'Source', 'Digest'],
    datasets.map(({ name, uri, digest }) => [
      escapeMarkdown(name),
      code(uri),
      code(digest),
    ]),
  );
}

function stagesTable({ stages }: VersionLineage): string {
  return table(
    ['Stage', 'Node', 'Image', 'Parameters'],
    stages.map(
      ({ name, instance, node, imageName, image, builtImage, parameters }) => [
        escapeMarkdown(stageKey(name, instance)),
        code(node ?? ''),
        [imageName, image?.reference ?? image?.id]
          .flatMap(text => (text === undefined ? [] : code(text)))
          .concat(
            builtImage
              ? `built ${code(builtImage.reference ?? builtImage.id)}`
              : [],
          )
          .join(' '),
        Object.entries(parameters)
          .map(([key, value]) => code(`${key}=${value}`))
          .join(' '),
      ],
    ),
  );
}

function artifactsTable({ version }: VersionLineage): string {
  return table(
    ['Artifact', 'Stage', 'Digest of its tar archive', 'Bytes'],
    version.artifacts.map(({ name, stage, digest, size }) => [
      escapeMarkdown(name),
      escapeMarkdown(stage),
      code(digest),
      String(size),
    ]),
  );
}
