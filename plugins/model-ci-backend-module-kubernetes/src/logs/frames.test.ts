import { Frames } from './frames';

function read(...chunks: string[]): string[] {
  const frames = new Frames();
  return chunks.flatMap(chunk =>
    [...frames.push(Buffer.from(chunk))].map(frame =>
      Buffer.isBuffer(frame) ? `=${frame}` : String(frame),
    ),
  );
}

describe('frames of a log', () => {
  it('are read however they are cut', () => {
    expect(read('da', 'ta 5\nhe', 'llo', 'alive\nend', 'ed\n')).toEqual([
      ...['=he', '=llo', 'ended'],
    ]);
  });

  it('take words of the log itself for what they are', () => {
    expect(read('data 6\nended\ndata 5\nmore\nover\n')).toEqual([
      ...['=ended\n', '=more\n', 'over'],
    ]);
  });

  it('say where a full disk has cut the log', () => {
    const frames = new Frames();
    expect([...frames.push(Buffer.from('cut 70'))]).toEqual([]);
    expect([...frames.push(Buffer.from('00\n'))]).toEqual([{ cutAt: 7000 }]);
  });

  it('are refused where they are something else', () => {
    expect(() => read('sh: not found\n')).toThrow('not understood');
    expect(() => read('x'.repeat(100))).toThrow('not understood');
  });
});
