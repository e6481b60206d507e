import {
  describeReason,
  formatReason,
  parseReason,
  quoted,
  reason,
  reasons,
  type ReasonWords,
} from './index';

/** Shows codes with their values, so that it can be seen what a language gets to word. */
const words: ReasonWords = {
  language: 'zh',
  fill: (code, values) => `${code}(${Object.values(values).join('|')})`,
};

describe('reason', () => {
  it('says in English what its text leaves open', () => {
    expect(reason('attempt.exited', { exitCode: 3 })).toEqual({
      code: 'attempt.exited',
      parameters: { exitCode: 3 },
      text: 'The command ended with exit code 3.',
    });
  });

  it.each([
    [1, '1 CPU needed, 0 free'],
    [0.5, '0.5 CPUs needed, 0 free'],
    [2, '2 CPUs needed, 0 free'],
  ])('says %d by its plural', (count, text) => {
    expect(reason('placement.cpus', { count, free: 0 }).text).toBe(text);
  });

  it.each([
    [{ bytes: 1.5 * 1024 ** 3 }, '1.5 GiB'],
    [{ bytes: 700 }, '700 bytes'],
    [{ bytes: 5 * 1024 ** 5 }, '5,120 TiB'],
    [{ seconds: 5400 }, '1 hour 30 minutes'],
    [{ seconds: 1 }, '1 second'],
    [{ seconds: 0 }, '0 seconds'],
  ])('says %j with its unit', (timeout, text) => {
    expect(reason('attempt.timeout', { timeout }).text).toContain(
      `timeout of ${text};`,
    );
  });

  it.each([
    [12345.678, '12,345.678'],
    [-0.00001, '-0.00001'],
    [1e-9, '1e-9'],
    [0.1234567891, '0.1234567891'],
  ])('says the number %d with all its digits', (number, text) => {
    const amount = { number };
    expect(reason('gate.betterBy', { amount }).text).toBe(`${text} better`);
  });

  it('separates the thousands of counts, and not of codes', () => {
    expect(reason('report.metricsMany', { max: 10000 }).text).toContain(
      'more than 10,000 metrics',
    );
    expect(reason('gate.others', { count: 1234 }).text).toBe('1,234 more');
    expect(reason('attempt.exited', { exitCode: 3221 }).text).toContain('3221');
  });

  it('keeps the parts of a reason without their English', () => {
    const whole = reason('run.stageFailedBecause', {
      stage: 'train',
      reason: reason('attempt.exited', { exitCode: 1 }),
    });
    expect(whole).toEqual({
      code: 'run.stageFailedBecause',
      parameters: {
        stage: 'train',
        reason: { code: 'attempt.exited', parameters: { exitCode: 1 } },
      },
      text: 'Stage "train" failed: The command ended with exit code 1.',
    });
  });

  it('cuts what it quotes, and keeps what no database takes out of it', () => {
    expect(quoted('a\0b').text).toBe('a\ufffdb');
    expect(quoted('x'.repeat(20_000)).text).toHaveLength(10_001);
  });

  it('gives several reasons on lines of their own, as many as are read', () => {
    expect(reasons([quoted('a')])).toEqual(quoted('a'));
    expect(reasons([quoted('a'), quoted('b')]).text).toBe('a\nb');
    const long = Array.from({ length: 5 }, () => quoted('x'.repeat(4000)));
    expect(reasons(long).text).toMatch(/^x{4000}\nx{4000}\nand 3 more$/);
  });

  it('leaves braces in what it quotes alone', () => {
    const error = quoted('{{node}} $t(all)');
    expect(reason('attempt.mayRun', { node: 'a', error }).text).toMatch(
      /runs on a .*: \{\{node\}\} \$t\(all\)$/,
    );
  });
});

describe('describeReason', () => {
  it('words all parts in the language of the reader', () => {
    const labels = reason('placement.noMatch', { labels: ['a=1', 'b=2'] });
    const whole = reason('placement.behind', { reason: labels, ahead: 2 });
    expect(describeReason(whole, words)).toBe(
      'placement.behind(placement.noMatch(a=1和b=2)|2)',
    );
    expect(describeReason(whole)).toBe('no node matches a=1 and b=2; 2 ahead');
  });

  it('words amounts in the language of the reader', () => {
    const { code, ...rest } = reason('attempt.timeout', {
      timeout: { seconds: 3660 },
    });
    expect(describeReason({ code, ...rest }, words)).toBe(
      'attempt.timeout(1小时1分钟)',
    );
  });

  it('says of a code of a newer version what its sender said', () => {
    const unknown = { code: 'of.tomorrow', text: 'It is tomorrow' };
    expect(describeReason(unknown, words)).toBe('It is tomorrow');
    const around = {
      code: 'run.stageFailedBecause',
      parameters: { stage: 'a', reason: { code: 'of.tomorrow' } },
      text: 'Stage "a" failed: It is tomorrow',
    };
    expect(describeReason(around, words)).toBe(around.text);
    expect(describeReason({ code: 'toString', text: 'x' }, words)).toBe('x');
  });
});

describe('parseReason', () => {
  it('reads what was stored', () => {
    const value = reasons([
      reason('attempt.outOfMemoryAtLimit', { limit: { bytes: 1 } }),
      reason('placement.noMatch', { labels: ['a=1'] }),
    ]);
    expect(parseReason(formatReason(value))).toEqual(value);
  });

  it.each(['exit code 1', '{"code":', '{"code":1,"text":"x"}'])(
    'takes %s, which is no reason, as a quotation',
    stored => {
      expect(parseReason(stored)).toEqual(quoted(stored));
    },
  );
});
