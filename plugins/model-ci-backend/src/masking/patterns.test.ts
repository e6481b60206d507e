import { Masks } from './Masks';
import { patternsOf } from './patterns';

const SECRET = 'p@ss*wo!rd~1 x&<y>"z\'w\\/ä#=';

/** As the programs wrote it: Python 3, Go, jq, Bash, and .NET and PHP by their documentation. */
const WRITTEN = String.raw`
Python json.dumps: "p@ss*wo!rd~1 x&<y>\"z'w\\/\u00e4#="
Python quote: p%40ss%2Awo%21rd~1%20x%26%3Cy%3E%22z%27w%5C/%C3%A4%23%3D
Python quote without safe: p%40ss%2Awo%21rd~1%20x%26%3Cy%3E%22z%27w%5C%2F%C3%A4%23%3D
Python quote_plus: p%40ss%2Awo%21rd~1+x%26%3Cy%3E%22z%27w%5C%2F%C3%A4%23%3D
Python html.escape: p@ss*wo!rd~1 x&amp;&lt;y&gt;&quot;z&#x27;w\/ä#=
Python ElementTree attribute: p@ss*wo!rd~1 x&amp;&lt;y&gt;&quot;z'w\/&#228;#=
Python ElementTree text: p@ss*wo!rd~1 x&amp;&lt;y&gt;"z'w\/&#228;#=
Python saxutils.escape: p@ss*wo!rd~1 x&amp;&lt;y&gt;"z'w\/ä#=
Python shlex.quote: 'p@ss*wo!rd~1 x&<y>"z'"'"'w\/ä#='
Python repr: 'p@ss*wo!rd~1 x&<y>"z\'w\\/ä#='
Python repr of bytes: b'p@ss*wo!rd~1 x&<y>"z\'w\\/\xc3\xa4#='
Python csv: "p@ss*wo!rd~1 x&<y>""z'w\/ä#="
Go json.Marshal: "p@ss*wo!rd~1 x\u0026\u003cy\u003e\"z'w\\/ä#="
The same in upper case: "p@ss*wo!rd~1 x\u0026\u003Cy\u003E\"z'w\\/ä#="
Go xml.EscapeText: p@ss*wo!rd~1 x&amp;&lt;y&gt;&#34;z&#39;w\/ä#=
Go url.QueryEscape: p%40ss%2Awo%21rd~1+x%26%3Cy%3E%22z%27w%5C%2F%C3%A4%23%3D
Go URL.String: user:p%40ss%2Awo%21rd~1%20x&%3Cy%3E%22z%27w%5C%2F%C3%A4%23=
Go url.PathEscape: p@ss%2Awo%21rd~1%20x&%3Cy%3E%22z%27w%5C%2F%C3%A4%23=
jq @html: p@ss*wo!rd~1 x&amp;&lt;y&gt;&quot;z&#39;w\/ä#=
jq @sh: 'p@ss*wo!rd~1 x&<y>"z'\''w\/ä#='
.NET JsonSerializer: "p@ss*wo!rd~1 x\u0026\u003Cy\u003E\u0022z\u0027w\\/\u00E4#="
PHP json_encode: "p@ss*wo!rd~1 x&<y>\"z'w\\\/\u00e4#="
Bash set -x: + : 'p@ss*wo!rd~1 x&<y>"z'\''w\/ä#='
Bash export -p: declare -x T="p@ss*wo!rd~1 x&<y>\"z'w\\/ä#="
Bash export -p in ASCII: declare -x T=$'p@ss*wo!rd~1 x&<y>"z\'w\\/\303\244#='
Bash printf %q: p@ss\*wo\!rd~1\ x\&\<y\>\"z\'w\\/ä#=
XML attribute with an entity: p@ss*wo!rd~1 x&amp;&lt;y>&quot;z&apos;w\/ä#=
A log in JSON that quotes JSON: "{\"t\":\"p@ss*wo!rd~1 x&<y>\\\"z'w\\\\/ä#=\"}"`
  .trim()
  .split('\n')
  .map(line => {
    const at = line.indexOf(': ');
    return [line.slice(0, at), line.slice(at + 2)] as const;
  });

const KEY_LINES = Array.from({ length: 20 }, (_, line) =>
  Buffer.from(`line ${line} of a key, `.repeat(3))
    .toString('base64')
    .slice(0, 64),
);
const KEY = `-----BEGIN PRIVATE KEY-----\n${KEY_LINES.join('\n')}\n-----END\n`;
const ACCOUNT = JSON.stringify({
  type: 'service_account',
  private_key: KEY,
  nested: [{ password: 'corr3ct&horse' }],
});

/** So many characters of no pattern, with all that is special. */
function longSecret(length: number): string {
  let state = 1;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return String.fromCharCode(32 + ((state >>> 16) % 95));
  }).join('');
}

describe('patternsOf', () => {
  it.each(WRITTEN)('finds a secret as it is written by %s', (_, text) => {
    const masked = new Masks([SECRET]).text(text);
    expect(masked).toContain('***');
    expect(masked).not.toContain('rd~1');
    expect(masked).not.toContain('w\\');
    expect(masked).not.toContain('#=');
  });

  it.each([
    ['with line breaks', KEY],
    ['with escaped line breaks', JSON.stringify(KEY)],
    ['with line breaks that were escaped twice', JSON.stringify(ACCOUNT)],
    ['line by line', KEY_LINES.map(line => `${line} and\n`).join('')],
  ])(
    'finds each line of a key that the secret holds in JSON, printed %s',
    (_, text) => {
      const masked = new Masks([ACCOUNT]).text(text);
      expect(KEY_LINES.filter(line => masked.includes(line))).toEqual([]);
      expect(
        KEY_LINES.filter(line => masked.includes(line.slice(8, 24))),
      ).toEqual([]);
    },
  );

  it('finds each text of a secret in JSON by itself', () => {
    const masks = new Masks([ACCOUNT]);
    expect(masks.text('login corr3ct&horse.')).toBe('login ***.');
    expect(masks.text('login corr3ct%26horse.')).toBe('login ***.');
  });

  it('finds a value of 64 KiB as it is, in JSON and in base64, and a short one beside it in all spellings', () => {
    const value = longSecret(64 * 1024);
    const masks = new Masks([value, SECRET]);
    expect(masks.text(`<${value}>`)).toBe('<***>');
    expect(masks.text(JSON.stringify(value))).toBe('"***"');
    expect(masks.text(Buffer.from(value).toString('base64'))).toMatch(
      /^\*{3}.?=*$/,
    );
    expect(masks.text(encodeURIComponent(SECRET))).toBe('***');
  });

  it('makes no more patterns of long values than a moment is enough for', () => {
    const sizeOf = (values: string[]) =>
      patternsOf(values).reduce((sum, pattern) => sum + pattern.length, 0);
    const long = longSecret(64 * 1024);
    expect(sizeOf([long])).toBeLessThan(6 * long.length);
    const lines = long.replace(/.{9}/g, '$&\n');
    expect(sizeOf([lines])).toBeLessThan(6 * lines.length);
    const many = Array.from({ length: 32 }, (_, at) =>
      longSecret(8192).slice(at * 3),
    );
    expect(sizeOf(many)).toBeLessThan(3_000_000);
  });

  it('takes no line for a secret that is nothing but a ruler', () => {
    const masks = new Masks(['----------\nmy-s3cr3t-t0ken\n==========']);
    expect(masks.text('---------- my-s3cr3t-t0ken')).toBe('---------- ***');
  });
});
