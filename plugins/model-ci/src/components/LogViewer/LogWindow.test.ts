import { waitFor } from '@testing-library/react';
import { searchLog } from './logSearch';
import { CHUNK, LogWindow, MOST_BYTES } from './LogWindow';
import { SCREEN_ROWS } from './terminal/LogScreen';
import { numberedLines, TestLog } from './__testUtils__/TestLog';

/** Bytes of the lines that may still change. */
const SCREEN_BYTES = (SCREEN_ROWS + 1) * 100;
const LONG = numberedLines(120_000); // about 11 MiB, more than a window holds

function numbersOf(log: LogWindow): number[] {
  return log
    .getSnapshot()
    .lines.map(({ text }) => Number(/^line (\d+) /.exec(text)?.[1]));
}

function expectConsecutive(numbers: number[]) {
  expect(numbers).toEqual(numbers.map((_, index) => numbers[0] + index));
}

describe('LogWindow', () => {
  it('opens a short log whole, with numbered lines', async () => {
    const log = new LogWindow(new TestLog(numberedLines(20_000)));
    await log.openEnd();
    const snapshot = log.getSnapshot();
    expect(snapshot).toMatchObject({
      start: 0,
      firstNumber: 1,
      atEnd: true,
      ended: true,
    });
    expectConsecutive(numbersOf(log));
    expect(snapshot.lines).toHaveLength(20_000);
  });

  it('opens a long log at its end with one request', async () => {
    const source = new TestLog(LONG);
    const log = new LogWindow(source);
    await log.openEnd();
    expect(source.reads).toEqual([{ offset: -CHUNK, limit: CHUNK }]);
    expect(numbersOf(log).pop()).toBe(120_000);
    expect(log.getSnapshot().firstNumber).toBeUndefined();
  });

  it('reads earlier parts without a gap or a doubled line, and never holds more than its bound', async () => {
    const log = new LogWindow(new TestLog(LONG));
    await log.openEnd();
    while (log.getSnapshot().start > 0) {
      await log.loadEarlier();
      const { start, end } = log.getSnapshot();
      expect(end - start).toBeLessThanOrEqual(MOST_BYTES + CHUNK);
    }
    const numbers = numbersOf(log);
    expectConsecutive(numbers);
    expect(numbers[0]).toBe(1);
    expect(log.getSnapshot()).toMatchObject({ firstNumber: 1, atEnd: false });

    while (!log.getSnapshot().atEnd) {
      await log.loadLater();
    }
    const later = numbersOf(log);
    expectConsecutive(later);
    expect(later[later.length - 1]).toBe(120_000);
    expect(log.getSnapshot().firstNumber).toBe(later[0]);
  });

  it('opens around a line, in the middle of everything', async () => {
    const source = new TestLog(LONG);
    const offset = Buffer.byteLength(numberedLines(49_999));
    const log = new LogWindow(source);
    await log.openAt(offset, 50_000);
    const { lines, firstNumber } = log.getSnapshot();
    const index = lines.findIndex(line => line.offset === offset);
    expect(lines[index].text).toMatch(/^line 50000 /);
    expect(firstNumber! + index).toBe(50_000);
  });

  it('follows a log that grows, and knows when it has ended', async () => {
    const source = new TestLog('one\ntw', false);
    const log = new LogWindow(source);
    await log.openEnd();
    source.append('o\nthree');
    await waitFor(() =>
      expect(log.getSnapshot().lines.map(({ text }) => text)).toEqual([
        'one',
        'two',
        'three',
      ]),
    );
    expect(log.getSnapshot().ended).toBe(false);
    source.onReconnect?.(new Error('cut'));
    expect(log.getSnapshot().reconnecting).toEqual(new Error('cut'));
    source.append('\n');
    await waitFor(() => expect(log.getSnapshot().reconnecting).toBeUndefined());
    source.end();
    await waitFor(() => expect(log.getSnapshot().ended).toBe(true));
    log.close();
  });

  it('makes room at the start while the reader watches the end', async () => {
    const source = new TestLog('', false);
    const log = new LogWindow(source);
    await log.openEnd();
    source.append(LONG);
    await waitFor(() => expect(numbersOf(log).pop()).toBe(120_000));
    const { start, end, firstNumber } = log.getSnapshot();
    expect(end - start).toBeLessThanOrEqual(MOST_BYTES + SCREEN_BYTES);
    expect(firstNumber).toBe(numbersOf(log)[0]);
    log.close();
  });

  it('makes room at the end while the reader is at the start, and gives up following', async () => {
    const source = new TestLog(numberedLines(60_000), false);
    const log = new LogWindow(source);
    await log.openEnd();
    log.setKeepEnd(false);
    source.append(numberedLines(60_000, 60_001));
    await waitFor(() => expect(log.getSnapshot().atEnd).toBe(false));
    const { start, end } = log.getSnapshot();
    expect(start).toBe(0);
    expect(end).toBeLessThanOrEqual(MOST_BYTES + SCREEN_BYTES);
    await log.loadLater();
    expectConsecutive(numbersOf(log));
    log.close();
  });

  it('reads a first line that is shorter than the least that the server answers', async () => {
    const log = new LogWindow(new TestLog(`ab\n${numberedLines(5000)}`));
    await log.openAt(CHUNK / 2 + 1);
    expect(log.getSnapshot().start).toBe(3);
    await log.loadEarlier();
    expect(log.getSnapshot()).toMatchObject({ start: 0, error: undefined });
    expect(
      log
        .getSnapshot()
        .lines.slice(0, 2)
        .map(({ text }) => text),
    ).toEqual(['ab', expect.stringMatching(/^line 1 /)]);
  });

  it('follows a log whose last character is not complete yet', async () => {
    const source = new TestLog('', false);
    const euro = Buffer.from('€');
    source.bytes = Buffer.concat([Buffer.from('price: '), euro.subarray(0, 2)]);
    source.cutOff = 2;
    const log = new LogWindow(source);
    await log.openEnd();
    expect(log.getSnapshot()).toMatchObject({ end: 7, size: 9, atEnd: true });
    log.close();
  });

  it('shows why a log cannot be read', async () => {
    const source = new TestLog('');
    source.read = async () => {
      throw new Error('no such attempt');
    };
    const log = new LogWindow(source);
    await log.openEnd();
    expect(log.getSnapshot()).toMatchObject({
      opening: false,
      error: new Error('no such attempt'),
    });
  });
});

describe('LogWindow on a block that is drawn over and over', () => {
  const ESC = '\u001b';
  const frame = (step: number) =>
    ['a', 'b', 'c'].map(bar => `bar ${bar}: ${step} ${'.'.repeat(90)}\n`);
  const steps = Math.floor(CHUNK / 200);
  const bars = Array.from(
    { length: steps },
    (_, step) => (step > 0 ? `${ESC}[3A` : '') + frame(step).join(''),
  ).join('');
  const text = `${numberedLines(100)}${bars}${numberedLines(100, 101)}`;
  const shown = [
    ...numberedLines(100).split('\n').slice(0, -1),
    ...frame(steps - 1).map(line => line.slice(0, -1)),
    ...numberedLines(100, 101).split('\n').slice(0, -1),
  ];

  it('shows it once, although it was read in chunks', async () => {
    const log = new LogWindow(new TestLog(text));
    await log.openEnd();
    expect(log.getSnapshot().start).toBe(0);
    expect(log.getSnapshot().lines.map(line => line.text)).toEqual(shown);
  });

  it('shows it once from its middle on', async () => {
    const log = new LogWindow(new TestLog(text));
    await log.openAt(CHUNK);
    while (!log.getSnapshot().atEnd) {
      await log.loadLater();
    }
    const { lines } = log.getSnapshot();
    expect(lines.slice(0, 3).map(line => line.text)).toEqual(
      shown.slice(100, 103),
    );
    await log.loadEarlier();
    await log.loadEarlier();
    expect(log.getSnapshot().start).toBe(0);
    expect(log.getSnapshot().lines.map(line => line.text)).toEqual(shown);
  });
});

describe('searchLog', () => {
  it('finds what lies across chunks and colours, with the line’s byte and number', async () => {
    const before = numberedLines(30_000);
    const log = new TestLog(
      `${before}the \u001b[31mNeed\u001b[0mle\n${numberedLines(100)}`,
    );
    const results = [];
    for await (const found of searchLog(
      log,
      'needle',
      new AbortController().signal,
    )) {
      results.push(found);
    }
    expect(results.length).toBeGreaterThan(1);
    expect(results[results.length - 1]).toEqual({
      matches: [{ offset: Buffer.byteLength(before), number: 30_001, from: 4 }],
      limited: false,
      progress: 1,
    });
  });

  it('stops at so many matches and says that there are more', async () => {
    let last;
    for await (const found of searchLog(
      new TestLog(LONG),
      'line',
      new AbortController().signal,
    )) {
      last = found;
    }
    expect(last).toMatchObject({ limited: true, progress: 1 });
    expect(last?.matches).toHaveLength(10_000);
  });
});
