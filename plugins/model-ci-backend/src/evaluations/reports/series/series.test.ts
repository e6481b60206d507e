import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Writer } from 'protobufjs/minimal';
import { MalformedReportError } from '../ReportReader';
import { crc32c, maskCrc } from './crc32c';
import { CurveBudget } from './CurveBudget';
import type { CurvePoint } from './Curve';
import type { Series } from './Curves';
import { createSeriesReader } from './series';

const FIXTURES = join(__dirname, '../__fixtures__/series');

function read(path: string, content: string | Buffer, chunk = 7): Series {
  const reader = createSeriesReader(path, new CurveBudget());
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += chunk) {
    reader.write(bytes.subarray(at, at + chunk));
  }
  return reader.end();
}

function pointsOf(series: Series, metric: string): CurvePoint[] {
  return series.curves.get(metric)?.points() ?? [];
}

function namesOf(series: Series): string[] {
  return [...series.curves.keys()];
}

function problemOf(
  path: string,
  content: string | Buffer,
  chunk?: number,
): string {
  try {
    read(path, content, chunk);
  } catch (error) {
    if (error instanceof MalformedReportError) {
      const [{ line, reason }] = error.problems;
      return line === undefined ? reason.text : `${line}: ${reason.text}`;
    }
    throw error;
  }
  throw new Error('It was read');
}

/** A field of a protocol buffer that holds bytes. */
function field(number: number, content: string | Buffer): Buffer {
  const writer = Writer.create();
  writer.uint32(number * 8 + 2).bytes(Buffer.from(content));
  return Buffer.from(writer.finish());
}

/** 0.5, as the `simple_value` of a summary. */
const SIMPLE_VALUE = Buffer.from([0x15, 0, 0, 0, 0x3f]);

function recordOf(event: Buffer): Buffer {
  const checksum = (bytes: Buffer) => {
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(maskCrc(crc32c(bytes)));
    return sum;
  };
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(event.length));
  return Buffer.concat([length, checksum(length), event, checksum(event)]);
}

function fixture(folder: string): { path: string; content: Buffer } {
  const [name] = readdirSync(join(FIXTURES, folder));
  return { path: name, content: readFileSync(join(FIXTURES, folder, name)) };
}

describe('JSON lines', () => {
  it('become one curve for each number, nested names dotted', () => {
    const series = read(
      'train.jsonl',
      [
        '{"step": 10, "epoch": 0.5, "time": 100, "loss": 0.4, "note": "warm", "ok": true}',
        '{"step": 20, "epoch": 1, "time": 101.5, "loss": NaN, "eval": {"loss": 0.5, "by": {"class": 1}}}',
        '{"step": 30, "loss": -Infinity}',
      ].join('\n'),
    );
    expect(namesOf(series)).toEqual(['loss', 'eval.loss', 'eval.by.class']);
    expect(pointsOf(series, 'loss')).toEqual([
      { index: 0, step: 10, epoch: 0.5, time: 100, value: 0.4 },
      { index: 1, step: 20, epoch: 1, time: 101.5 },
      { index: 2, step: 30 },
    ]);
    expect(series).toMatchObject({ rows: 3, leftOut: 2 });
    expect(series.curves.get('loss')).toMatchObject({ count: 3, gaps: 2 });
  });

  it('count their steps where they name none, and know other names of a step', () => {
    expect(
      pointsOf(read('a.jsonl', '{"loss": 1}\n{"loss": 2}'), 'loss'),
    ).toMatchObject([{ step: 1 }, { step: 2 }]);
    const named = read('a.jsonl', '{"global_step": 7, "loss": 1}');
    expect(pointsOf(named, 'loss')).toMatchObject([{ step: 7 }]);
    expect(namesOf(named)).toEqual(['loss']);
  });

  it('have times in seconds, in milliseconds or as texts', () => {
    const series = read(
      'a.jsonl',
      [
        '{"timestamp": 1800000000000, "loss": 1}',
        '{"timestamp": "2027-01-15T08:00:00Z", "loss": 1}',
      ].join('\n'),
    );
    expect(pointsOf(series, 'loss')).toMatchObject([
      { time: 1_800_000_000 },
      { time: 1_800_000_000 },
    ]);
  });

  it('are recognised by their first line, whatever the file is called', () => {
    expect(namesOf(read('train.log', '{"loss": 1}\n{"loss": 2}\n'))).toEqual([
      'loss',
    ]);
  });

  it('keep names of prototypes as names', () => {
    expect(
      namesOf(read('a.jsonl', '{"__proto__": 1, "constructor": {"x": 2}}')),
    ).toEqual(['__proto__', 'constructor.x']);
  });

  it.each([
    ['{"loss": 1}\n[1]', '2: expected an object such as'],
    ['{"loss": 1}\n{"loss":', '2: not JSON'],
    ['{"step": "ten", "loss": 1}', '1: "step" must be a finite number'],
    ['{"step": NaN, "loss": 1}', '1: "step" must be a finite number'],
    [
      '{"step": [1], "loss": 1}',
      '1: "step" must be a finite number, found a list',
    ],
    ['{"lo\\nss": 1}', '1: a metric cannot be called'],
    ['{"note": "x"}', 'the file holds no steps with numbers'],
    ['', 'the file holds no steps with numbers'],
    [
      `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`,
      '1: values are nested more than 16 deep',
    ],
  ])('are refused with line and reason: %s', (content, problem) => {
    expect(problemOf('a.jsonl', content)).toContain(problem);
  });

  it('are refused where a line fills the memory', () => {
    expect(problemOf('a.jsonl', `{"a": "${'x'.repeat(2 ** 20)}"}`)).toContain(
      '1: the line has more than 1,048,576 bytes',
    );
  });
});

describe('CSV', () => {
  it('has a curve for each column of numbers; empty cells are no values', () => {
    const series = read(
      'metrics.csv',
      ',epoch,step,"train, loss",val_loss,note\r\n0,0,10,0.5,,a\r\n1,0,20,nan,.7,b\r\n',
    );
    expect(namesOf(series)).toEqual(['train, loss', 'val_loss']);
    expect(pointsOf(series, 'train, loss')).toEqual([
      { index: 0, step: 10, epoch: 0, value: 0.5 },
      { index: 1, step: 20, epoch: 0 },
    ]);
    expect(pointsOf(series, 'val_loss')).toMatchObject([
      { step: 20, value: 0.7 },
    ]);
    expect(series.leftOut).toBe(2);
  });

  it('may be separated by tabs or semicolons', () => {
    expect(namesOf(read('a.tsv', 'step\tloss\n1\t2\n'))).toEqual(['loss']);
    expect(namesOf(read('steps', 'step;loss\n1;2\n'))).toEqual(['loss']);
  });

  it.each([
    ['1,2\n3,4', '1: the first line must name the columns'],
    ['step,loss\n1', '2: the line has 1 cells where the first line names 2'],
    ['step,loss,loss\n1,2,3', '1: the column loss appears twice'],
    ['step,"loss\n1,2', '1: a cell in double quotes does not end'],
    [`a${',b'.repeat(20_000)}`, '1: more than 10,000 values at one step'],
    [`a${',"b"'.repeat(20_000)}`, '1: more than 10,000 values at one step'],
    [`a\n1${',2'.repeat(20_000)}`, '2: more than 10,000 values at one step'],
    ['lo​ss\n1', 'a metric cannot be called "lo\\u200bss"'],
    ['step,loss\nten,2', '2: "step" must be a finite number, found "ten"'],
  ])('is refused with line and reason (case %#)', (content, problem) => {
    expect(problemOf('a.csv', content)).toContain(problem);
  });
});

describe('text that is meant to take long', () => {
  // Each takes milliseconds where the time grows with the length, and from seconds to hours where with its square.
  const seconds = (path: string, content: string) => {
    const start = performance.now();
    const reader = createSeriesReader(path, new CurveBudget());
    try {
      reader.write(Buffer.from(content));
      reader.end();
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedReportError);
    }
    return (performance.now() - start) / 1000;
  };
  const names = (count: number, prefix: string) =>
    Array.from({ length: count }, (_, at) => `${prefix}${at}`);

  it.each([
    ['columns', 'a.csv', `${names(10_000, 'c'.repeat(90)).join(',')}\n`],
    ['digits', 'a.csv', `step,loss\n1,${'1'.repeat(500_000)}x\n`],
    ['quotes', 'a.jsonl', `{"a": NaN, "${'\\"'.repeat(250_000)}`],
    [
      'long names',
      'a.jsonl',
      `{"${'a'.repeat(400_000)}": {${names(40_000, 'b')
        .map(name => `"${name}": "x"`)
        .join()}}}`,
    ],
    [
      'long names of a trainer',
      'trainer_state.json',
      `{"log_history": [{${`"${'a'.repeat(900)}": {`.repeat(50)}${names(
        9000,
        'b',
      )
        .map(name => `"${name}": "x"`)
        .join()}`,
    ],
  ])('is read in no time: %s', (_, path, content) => {
    expect(seconds(path, content)).toBeLessThan(1);
  });
});

describe('trainer_state.json', () => {
  const content = readFileSync(join(FIXTURES, 'trainer_state.json'));

  it('is read as transformers writes it', () => {
    const series = read('trainer_state.json', content, 100);
    expect(namesOf(series)).toEqual([
      'grad_norm',
      'learning_rate',
      'loss',
      'eval_loss',
      'eval_runtime',
      'train_loss',
      'train_runtime',
    ]);
    expect(pointsOf(series, 'loss').map(({ step }) => step)).toEqual([
      10, 20, 30, 40, 50, 60,
    ]);
    expect(pointsOf(series, 'loss')[1]).toEqual({
      index: 1,
      step: 20,
      epoch: 1,
      value: 0.8358,
    });
    expect(series.curves.get('grad_norm')).toMatchObject({ gaps: 1 });
  });

  it('is recognised by what it holds, on one line too', () => {
    const compact = JSON.stringify({
      log_history: [
        { step: 1, loss: 2 },
        { step: 2, loss: 1 },
      ],
    });
    expect(read('state.json', compact).rows).toBe(2);
    expect(read('state.json', content).rows).toBe(10);
  });

  it.each([
    ['{"log_history": [1]}', '1: every entry of "log_history"'],
    ['{"log_history": []}', 'expected an object with a "log_history"'],
    ['{\n"best": 1\n}', 'expected an object with a "log_history"'],
    ['{"log_history": [{"step": 1, "loss": 2}', '1: '],
  ])('is refused with line and reason (case %#)', (text, problem) => {
    expect(problemOf('trainer_state.json', text)).toContain(problem);
  });
});

describe('TensorBoard event files', () => {
  it('are read as tensorboardX and torch write them', () => {
    const { path, content } = fixture('tensorboardX');
    const series = read(path, content);
    expect(namesOf(series)).toEqual(['train/loss', 'eval/accuracy']);
    const points = pointsOf(series, 'train/loss');
    expect(points).toHaveLength(61);
    expect(points[0]).toMatchObject({ step: 0, time: 1.8e9 });
    expect(points[0].value).toBeCloseTo(2.1, 6);
    expect(points[60]).toEqual({ index: 60, step: 60, time: 1_800_000_060 });
    // A text and a histogram.
    expect(series.leftOut).toBe(2);
  });

  it('are read as TensorFlow 2 writes them: scalars are tensors', () => {
    const { path, content } = fixture('tensorboard');
    const series = read(path, content);
    expect(namesOf(series)).toEqual(['loss', 'accuracy']);
    expect(pointsOf(series, 'loss')).toHaveLength(60);
    expect(pointsOf(series, 'loss')[20].value).toBeCloseTo(
      2 * Math.exp(-1) + 0.1,
      6,
    );
  });

  it('are recognised by their first record, whatever the file is called', () => {
    const { content } = fixture('tensorboard');
    expect(namesOf(read('log', content))).toEqual(['loss', 'accuracy']);
  });

  it('are refused with the record that is damaged or cut off', () => {
    const { path, content } = fixture('tensorboard');
    expect(problemOf(path, content.subarray(0, -3))).toMatch(
      /record 61 is cut off/,
    );
    for (const at of [0, 9, 20, content.length - 1]) {
      const damaged = Buffer.from(content);
      damaged[at] ^= 1; // eslint-disable-line no-bitwise
      expect(problemOf(path, damaged)).toMatch(/record \d+ is damaged/);
    }
  });

  it('are refused where an event has more values than a step may have', () => {
    const value = field(1, Buffer.concat([field(1, 'm'), SIMPLE_VALUE]));
    const event = (count: number, rest = Buffer.alloc(0)) =>
      recordOf(
        field(5, Buffer.concat([...Array<Buffer>(count).fill(value), rest])),
      );
    const { path } = fixture('tensorboard');
    expect(read(path, event(10_000), 65_536).curves.get('m')?.count).toBe(
      10_000,
    );
    // The rest is not decoded, or it would be what is damaged
    const rest = Buffer.alloc(100_000, 0xff);
    expect(problemOf(path, event(10_001, rest), 65_536)).toBe(
      'record 1: more than 10,000 values at one step',
    );
    expect(problemOf(path, event(1, rest), 65_536)).not.toContain('10,000');
  });

  it('are refused where an event has fields without end', () => {
    const { path } = fixture('tensorboard');
    // Versions of graphs, as long as a record may be.
    const event = recordOf(Buffer.alloc(2 ** 20, Buffer.from([0x78, 0])));
    expect(problemOf(path, event, 65_536)).toBe(
      'record 1: more than 10,000 values at one step',
    );
  });

  it('pass over the numbers of a tensor that is no scalar', () => {
    const { path } = fixture('tensorboard');
    const floats = field(5, Buffer.alloc(4 * 2 ** 20));
    const value = (name: string, content: Buffer) =>
      field(1, Buffer.concat([field(1, name), content]));
    const event = recordOf(
      field(
        5,
        Buffer.concat([
          value('weights', field(8, floats)),
          value('loss', SIMPLE_VALUE),
        ]),
      ),
    );
    const series = read(path, event, 65_536);
    expect(namesOf(series)).toEqual(['loss']);
    expect(series.leftOut).toBe(1);
  });

  it('never hold more than a few megabytes, whatever a length says', () => {
    const { path } = fixture('tensorboard');
    expect(problemOf(path, Buffer.alloc(64, 0xff))).toMatch(/record 1/);
  });
});

describe('what is kept of a series', () => {
  const lines = (count: number, valueOf: (step: number) => number | string) =>
    Array.from(
      { length: count },
      (_, step) => `{"step": ${step}, "loss": ${valueOf(step)}}`,
    ).join('\n');

  it('are the extremes among neighbours, their mean, and both ends', () => {
    const series = read(
      'a.jsonl',
      lines(100_000, step => {
        if (step === 31_337) return 1e6;
        return step === 31_338 ? 'NaN' : step % 2;
      }),
      65_536,
    );
    const points = pointsOf(series, 'loss');
    expect(points.length).toBeLessThanOrEqual(1000);
    expect(points[0]).toMatchObject({ index: 0, step: 0 });
    expect(points.at(-1)).toMatchObject({ index: 99_999, value: 1 });
    expect(points).toContainEqual(
      expect.objectContaining({ step: 31_337, value: 1e6 }),
    );
    expect(points).toContainEqual({ index: 31_338, step: 31_338 });
    expect(points[100].mean).toBeCloseTo(0.5, 1);
  });

  it('is bounded for all curves together, and further ones are counted', () => {
    const names = Array.from({ length: 1000 }, (_, at) => `"m${at}": 1`);
    const row = `{${names.join(', ')}}`;
    const series = read('a.jsonl', Array(500).fill(row).join('\n'), 65_536);
    expect(series.curves.size).toBe(400);
    expect(series.metricsLeftOut).toBe(600);
    const kept = namesOf(series).flatMap(name => pointsOf(series, name));
    expect(kept.length).toBeLessThan(50_000);
  });
});
