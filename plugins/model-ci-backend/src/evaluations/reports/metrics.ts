import { knownDirection } from '../metricDirection';
import type { MeasuredMetric } from '../../database/operations/results/types';
import { parseJson, placeOf, type JsonNode } from './parseJson';
import { MalformedReportError, quote, type ReportReader } from './ReportReader';
import { decodeUtf8 } from './utf8';

const MAX_METRICS = 1000;
const MAX_NAME = 200;
const MAX_UNIT = 64;
const MAX_PROBLEMS = 20;
const KEYS = [
  'name',
  'value',
  'dataset',
  'unit',
  'higherIsBetter',
  'stderr',
  'n',
];

class MetricsDocument {
  readonly #problems: Array<{ offset: number; message: string }> = [];
  readonly #seen = new Map<string, number>();

  constructor(private readonly text: string) {}

  read(): MeasuredMetric[] {
    const root = parseJson(this.text, { maxDepth: 16 });
    const metrics = this.#metrics(root);
    if (this.#problems.length > 0) {
      throw new MalformedReportError(
        this.#problems
          .sort((a, b) => a.offset - b.offset)
          .map(({ offset, message }) => ({
            ...placeOf(this.text, offset),
            message,
          })),
      );
    }
    return metrics;
  }

  #metrics(root: JsonNode): MeasuredMetric[] {
    if (root.type !== 'object' && root.type !== 'array') {
      this.#problem(
        root,
        `expected an object such as {"rmse": 12.3} or a list of {"name", "value"}, found ${describe(
          root,
        )}`,
      );
      return [];
    }
    const { length } = root.type === 'object' ? root.members : root.items;
    if (length > MAX_METRICS) {
      this.#problem(
        root,
        `${length} metrics; at most ${MAX_METRICS} are taken`,
      );
      return [];
    }
    const metrics =
      root.type === 'object'
        ? root.members.map(member => this.#member(member))
        : root.items.map((item, index) => this.#item(item, index));
    return metrics.flatMap(metric => metric ?? []);
  }

  #member({
    name,
    value,
    offset,
  }: {
    name: string;
    value: JsonNode;
    offset: number;
  }): MeasuredMetric | undefined {
    const metric = this.#name(
      { type: 'string', value: name, offset },
      'metric',
    );
    return this.#finish({ metric, value: this.#number(value, name) }, offset);
  }

  #item(item: JsonNode, index: number): MeasuredMetric | undefined {
    const subject = `entry ${index + 1}`;
    if (item.type !== 'object') {
      this.#problem(
        item,
        `${subject}: expected an object with name and value, found ${describe(
          item,
        )}`,
      );
      return undefined;
    }
    const fields = new Map<string, JsonNode>();
    for (const { name, value, offset } of item.members) {
      if (!KEYS.includes(name)) {
        this.#problem(
          { offset },
          `${subject}: unknown key ${quote(name)}; known are ${KEYS.join(
            ', ',
          )}`,
        );
      } else if (fields.has(name)) {
        this.#problem({ offset }, `${subject}: ${quote(name)} stands twice`);
      }
      // Null says "none" in most writers of JSON.
      if (value.type !== 'null' || name === 'value') fields.set(name, value);
    }
    for (const key of ['name', 'value']) {
      if (!fields.has(key))
        this.#problem(item, `${subject}: ${quote(key)} is missing`);
    }
    const read = <T>(key: string, reader: (node: JsonNode) => T) => {
      const node = fields.get(key);
      return node && reader(node);
    };
    const metric = read('name', node => this.#name(node, 'name'));
    const label = metric === undefined ? subject : metric;
    return this.#finish(
      {
        metric,
        value: read('value', node => this.#number(node, label)),
        dataset: read('dataset', node => this.#name(node, 'dataset')),
        unit: read('unit', node => this.#name(node, 'unit', MAX_UNIT)),
        higherIsBetter: read('higherIsBetter', node =>
          this.#boolean(node, `higherIsBetter of ${label}`),
        ),
        stderr: read('stderr', node =>
          this.#number(node, `stderr of ${label}`, 'not-negative'),
        ),
        n: read('n', node => this.#number(node, `n of ${label}`, 'count')),
      },
      item.offset,
    );
  }

  #finish(
    found: Partial<MeasuredMetric>,
    offset: number,
  ): MeasuredMetric | undefined {
    const { metric, value } = found;
    if (metric === undefined) return undefined;
    const key = JSON.stringify([metric, found.dataset]);
    const earlier = this.#seen.get(key);
    if (earlier !== undefined) {
      const on =
        found.dataset === undefined ? '' : ` on ${quote(found.dataset)}`;
      this.#problem(
        { offset },
        `${quote(
          metric,
        )}${on} was reported already; report it once, or name different data sets`,
      );
      return undefined;
    }
    this.#seen.set(key, offset);
    if (value === undefined) return undefined;
    return {
      ...found,
      metric,
      value,
      higherIsBetter: found.higherIsBetter ?? knownDirection(metric),
    };
  }

  #name(node: JsonNode, what: string, max = MAX_NAME): string | undefined {
    if (node.type !== 'string') {
      this.#problem(node, `${what} must be a text, found ${describe(node)}`);
      return undefined;
    }
    const { value } = node;
    if (
      value.trim() === '' ||
      value !== value.trim() ||
      value.length > max ||
      /\p{Cc}|\p{Cs}/u.test(value)
    ) {
      this.#problem(
        node,
        `${quote(
          value,
        )} cannot be a ${what}: use 1 to ${max} characters without line breaks or spaces around them`,
      );
      return undefined;
    }
    return value;
  }

  #number(
    node: JsonNode,
    subject: string,
    kind: 'any' | 'not-negative' | 'count' = 'any',
  ): number | undefined {
    if (node.type !== 'number') {
      this.#problem(
        node,
        `${clip(subject)} must be a number, found ${describe(node)}`,
      );
      return undefined;
    }
    const { value } = node;
    if (!Number.isFinite(value)) {
      this.#problem(
        node,
        `${clip(subject)} is too large a number: ${quote(node.text)}`,
      );
      return undefined;
    }
    if (kind === 'not-negative' && value < 0) {
      this.#problem(
        node,
        `${clip(subject)} may not be negative, found ${value}`,
      );
      return undefined;
    }
    if (kind === 'count' && !(Number.isSafeInteger(value) && value >= 0)) {
      this.#problem(
        node,
        `${clip(subject)} must be a whole number of examples, found ${quote(
          node.text,
        )}`,
      );
      return undefined;
    }
    return value;
  }

  #boolean(node: JsonNode, subject: string): boolean | undefined {
    if (node.type === 'boolean') return node.value;
    this.#problem(
      node,
      `${clip(subject)} must be true or false, found ${describe(node)}`,
    );
    return undefined;
  }

  #problem(at: { offset: number }, message: string): void {
    if (this.#problems.length < MAX_PROBLEMS) {
      this.#problems.push({ offset: at.offset, message });
    }
  }
}

function describe(node: JsonNode): string {
  switch (node.type) {
    case 'string':
      return `the text ${quote(node.value)}`;
    case 'number':
      return `the number ${node.value}`;
    case 'boolean':
      return String(node.value);
    case 'null':
      return 'null';
    case 'array':
      return 'a list';
    default:
      return 'an object';
  }
}

function clip(subject: string): string {
  return subject.length > 100 ? `${subject.slice(0, 100)}…` : subject;
}

/**
 * Reads `{"rmse": 12.3}` or a list of `{name, value, dataset?, unit?, higherIsBetter?, stderr?, n?}`.
 * The caller bounds the size: the file is held in memory.
 */
export function createMetricsReader(): ReportReader<MeasuredMetric[]> {
  const chunks: Buffer[] = [];
  return {
    write: chunk => {
      chunks.push(chunk);
    },
    end: () => new MetricsDocument(decodeUtf8(Buffer.concat(chunks))).read(),
  };
}
