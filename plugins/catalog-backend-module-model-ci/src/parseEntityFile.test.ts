import { parseEntityFile } from './parseEntityFile';

const location = { type: 'url', target: 'https://git.example/secret' };

async function parse(text: string) {
  const results = [];
  for await (const result of parseEntityFile({
    data: Buffer.from(text),
    location,
  })) {
    results.push(result.type === 'error' ? result.error.message : result.type);
  }
  return results;
}

describe('parseEntityFile', () => {
  it.each([
    'password: hunter2: x',
    'a: *hunter2',
    '[hunter2',
    'a: "hunter2',
    'hunter2: {}}hunter2',
    'a: hunter2\n b: hunter2',
    'hunter2',
    '!hunter2 &hunter2 : %hunter2',
    '%hunter2 hunter2\n---\na: |hunter2',
  ])('quotes nothing of what it cannot read: %s', async text => {
    const results = await parse(text);
    expect(results).toEqual([
      expect.stringContaining('https://git.example/secret'),
    ]);
    expect(results[0]).not.toContain('hunter2');
  });

  it('says where the error is', async () => {
    expect(await parse('a: 1\nb: c: d\n')).toEqual([
      'There is an error in url:https://git.example/secret: block as implicit key at line 2, column 4',
    ]);
  });

  it('reads the other entities of a file', async () => {
    expect(await parse('kind: A\n---\nb: c: d\n---\nkind: B\n')).toEqual([
      'entity',
      expect.any(String),
      'entity',
    ]);
  });
});
