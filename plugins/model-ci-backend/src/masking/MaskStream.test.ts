import { MaskStream } from './MaskStream';
import { Automaton } from './Automaton';
import { Masks } from './Masks';
import { patternsOf } from './patterns';

const TOKEN = 'hf_Zq8+/x7"Lk?é=';
const KEY = `-----BEGIN KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEF/+'.repeat(
  3,
)}\nshort\n${'zZ09+/aB'.repeat(9)}\n-----END KEY-----\n`;
const REPEATED = 'abcabcabcabc';
const VALUES = [TOKEN, KEY, REPEATED, 'cabcabXX'];

/** Whatever may be written for a value, by programs that are not ours. */
function encodingsOf(value: string): Record<string, string> {
  const bytes = Buffer.from(value);
  const base64 = (before: string, after: string) =>
    Buffer.from(`${before}${value}${after}`).toString('base64');
  return {
    plain: value,
    'with line breaks of Windows': value.replaceAll('\n', '\r\n'),
    base64: base64('', ''),
    'base64 behind one byte': base64('u', ':x'),
    'base64 behind two bytes': base64('us', ':xy'),
    'base64 behind three bytes': base64('use', ':'),
    'base64url behind one byte': Buffer.from(`u${value}..`).toString(
      'base64url',
    ),
    'base64 in lines': base64('user:', '').replace(/.{76}/g, '$&\n'),
    hex: bytes.toString('hex'),
    HEX: bytes.toString('hex').toUpperCase(),
    'hex in lines': bytes.toString('hex').replace(/.{60}/g, '$&\n'),
    component: encodeURIComponent(value),
    'component in lower case': encodeURIComponent(value).replace(/%../g, code =>
      code.toLowerCase(),
    ),
    form: new URLSearchParams({ value }).toString().slice('value='.length),
    json: JSON.stringify(value),
    'json with slashes': JSON.stringify(value).replaceAll('/', '\\/'),
  };
}

/** The longest part of what hides nothing: characters at its borders depend on what stands beside it. */
const BORDER = 4;

function shows(text: string, secret: string): string | undefined {
  for (let at = BORDER; at + 8 <= secret.length - BORDER; at++) {
    const part = secret.slice(at, at + 8);
    if (text.includes(part)) {
      return part;
    }
  }
  return undefined;
}

function maskIn(stream: MaskStream, chunks: Buffer[]): string {
  const shown = chunks.map(chunk => stream.add(chunk).data);
  return Buffer.concat([...shown, stream.end().data]).toString();
}

const automaton = new Automaton(patternsOf(VALUES));
const whole = (bytes: Buffer) => maskIn(new MaskStream(automaton), [bytes]);

const CATALOGUE = [TOKEN, KEY, REPEATED].flatMap(value =>
  Object.entries(encodingsOf(value)).map(
    ([encoding, text]) =>
      [`${encoding} of ${value.length} characters`, text] as const,
  ),
);

describe.each(CATALOGUE)('A secret as %s', (_, secret) => {
  const text = `epoch 1, loss 0.5\ntoken="${secret}"\nepoch 2\n`;
  const bytes = Buffer.from(text);

  it('is masked, and what stands around it is not', () => {
    const masked = whole(bytes);
    expect(masked).toMatch(
      /^epoch 1, loss 0\.5\ntoken="[^]*\*\*\*[^]*\nepoch 2\n$/,
    );
    expect(shows(masked, secret)).toBeUndefined();
  });

  it('is masked alike wherever the stream is cut in two', () => {
    const expected = whole(bytes);
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(
        maskIn(new MaskStream(automaton), [
          bytes.subarray(0, cut),
          bytes.subarray(cut),
        ]),
      ).toBe(expected);
    }
  });

  it('is masked alike byte by byte', () => {
    expect(
      maskIn(
        new MaskStream(automaton),
        [...bytes].map(byte => Buffer.from([byte])),
      ),
    ).toBe(whole(bytes));
  });

  it('is masked alike when reading breaks off at any byte and goes on behind what was answered', () => {
    const expected = whole(bytes);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const first = new MaskStream(automaton).add(bytes.subarray(0, cut));
      expect(first.end).toBeLessThanOrEqual(cut);
      const second = maskIn(new MaskStream(automaton, first.end), [
        bytes.subarray(first.end),
      ]);
      expect(first.data.toString() + second).toBe(expected);
    }
  });
});

describe('MaskStream', () => {
  const show = (...texts: string[]) =>
    maskIn(
      new MaskStream(automaton),
      texts.map(text => Buffer.from(text)),
    );

  it('shows a line at once that nothing of a secret is in', () => {
    const stream = new MaskStream(new Automaton(patternsOf(['s3cr3t-value'])));
    expect(stream.add(Buffer.from('epoch 1\n')).data.toString()).toBe(
      'epoch 1\n',
    );
  });

  it('shows what only began like a secret as soon as it goes on otherwise', () => {
    const stream = new MaskStream(new Automaton(patternsOf(['s3cr3t-value'])));
    expect(stream.add(Buffer.from('my s3cr3t')).data.toString()).toBe('my ');
    expect(stream.add(Buffer.from('s')).data.toString()).toBe('s3cr3t');
  });

  it('masks secrets that overlap or touch as one', () => {
    expect(show('(abcabcabcabcabXX)')).toBe('(***)');
    expect(show(`(${REPEATED}${TOKEN})`)).toBe('(***)');
  });

  it('masks the long one of which a short one is a part, however both are cut', () => {
    const nested = new Automaton(
      patternsOf(['..12345678..12345678..end', '12345678']),
    );
    const bytes = Buffer.from('<..12345678..12345678..end> <..12345678..>');
    for (let cut = 0; cut <= bytes.length; cut++) {
      const chunks = [bytes.subarray(0, cut), bytes.subarray(cut)];
      expect(maskIn(new MaskStream(nested), chunks)).toBe('<***> <..***..>');
    }
  });

  it('shows no part of a secret in the middle of which the log ends', () => {
    expect(show('token hf_Zq8+/x7')).toBe('token ***');
  });

  it('holds no more of a secret that goes on and on than a pattern has', () => {
    const stream = new MaskStream(automaton);
    const piece = Buffer.from('abc'.repeat(10_000));
    for (let round = 0; round < 20; round++) {
      expect(stream.add(piece).data).toHaveLength(0);
      expect(stream.heldBytes).toBeLessThan(200);
    }
    expect(stream.add(Buffer.from('.\n')).data.toString()).toBe('***.\n');
  });

  it('masks any text as if it had come whole, and finds what a plain search finds', () => {
    const random = seeded(20261128);
    const parts = [...VALUES, 'abc', 'ca', 'hf_', '\n', '\r\n', 'x', 'MIIE'];
    for (let round = 0; round < 400; round++) {
      const bytes = Buffer.from(
        Array.from({ length: 12 }, () => parts[random(parts.length)]).join(''),
      );
      const chunks: Buffer[] = [];
      for (let at = 0; at < bytes.length; ) {
        const size = 1 + random(9);
        chunks.push(bytes.subarray(at, at + size));
        at += size;
      }
      const masked = maskIn(new MaskStream(automaton), chunks);
      expect(masked).toBe(whole(bytes));
      for (const value of VALUES) {
        expect(masked).not.toContain(value.trim());
      }
    }
  });
});

describe('Masks', () => {
  it('leaves everything as it is where there are no secrets', () => {
    expect(Masks.none.text(TOKEN)).toBe(TOKEN);
    expect(Masks.none.stream()).toBeUndefined();
  });

  it('masks every text of a reason', () => {
    const masks = new Masks([TOKEN]);
    expect(
      masks.reason({
        code: 'quoted',
        parameters: {
          text: `no ${TOKEN}`,
          list: [TOKEN],
          deep: { code: 'x', parameters: { code: TOKEN } },
        },
        text: `no ${TOKEN}`,
      }),
    ).toEqual({
      code: 'quoted',
      parameters: {
        text: 'no ***',
        list: ['***'],
        deep: { code: 'x', parameters: { code: '***' } },
      },
      text: 'no ***',
    });
  });
});

/** A generator of whole numbers that gives the same ones each time. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    // Numerical Recipes' linear congruence, of which the upper bits are good
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
