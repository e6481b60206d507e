import { MAX_IMAGE_BYTES, parseTable, previewOf, wantedBytes } from './preview';

describe('previewOf', () => {
  it.each([
    ['page.html', '<script>alert(1)</script>'],
    ['figure.svg', '<svg onload="alert(1)"/>'],
    ['log', 'größer'],
  ])('shows %s as text', async (path, text) => {
    expect(await previewOf(path, new Blob([text]), undefined)).toEqual({
      type: 'text',
      text,
      cut: false,
    });
  });

  it('shows pixels as an image of the type of its name, whatever is in it', async () => {
    const preview = await previewOf('a.PNG', new Blob(['<script>']), 8);
    expect(preview).toEqual({
      type: 'image',
      url: expect.stringMatching(/^data:image\/png;base64,/),
    });
  });

  it('shows no bytes that are no text', async () => {
    for (const bytes of ['a\0b', new Uint8Array([0xff, 0xfe, 0x41])]) {
      const preview = await previewOf('weights', new Blob([bytes]), 3);
      expect(preview).toEqual({ type: 'none' });
    }
  });

  it('shows text that was cut within a character', async () => {
    const [first] = new TextEncoder().encode('ö');
    const blob = new Blob(['gr', new Uint8Array([first])]);
    expect(await previewOf('a.txt', blob, 100)).toEqual({
      type: 'text',
      text: 'gr',
      cut: true,
    });
  });
});

describe('wantedBytes', () => {
  it('takes nothing of an image that is too large', () => {
    expect(wantedBytes('a.png', MAX_IMAGE_BYTES + 1)).toBe(0);
    expect(wantedBytes('a.png', MAX_IMAGE_BYTES)).toBe(MAX_IMAGE_BYTES);
  });
});

describe('parseTable', () => {
  it('reads quotes, line ends of all systems, and empty cells', () => {
    expect(parseTable('a,b\r\n"x, ""y""\n",\n,1', ',').rows).toEqual([
      ['a', 'b'],
      ['x, "y"\n', ''],
      ['', '1'],
    ]);
  });

  it('ends with the file', () => {
    expect(parseTable('a\n1\n', ',')).toEqual({
      rows: [['a'], ['1']],
      cut: false,
    });
  });

  it('leaves out the row that was cut', () => {
    expect(parseTable('a,b\n1,2\n3,', ',', true)).toEqual({
      rows: [
        ['a', 'b'],
        ['1', '2'],
      ],
      cut: true,
    });
  });

  it('stops after 200 rows and 50 columns', () => {
    const { rows, cut } = parseTable(
      `${'c,'.repeat(60)}c\n${'1\n'.repeat(1000)}`,
      ',',
    );
    expect([rows.length, rows[0].length, cut]).toEqual([201, 50, true]);
  });

  it('gives up at a quote that closes nothing', () => {
    expect(parseTable('a\n"1', ',')).toEqual({ rows: [['a']], cut: true });
  });
});
