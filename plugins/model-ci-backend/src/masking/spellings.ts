/**
 * How programs write a text down within something else. Each function answers a bounded number of spellings, most of which
 * are the text itself where it has no special characters.
 */

/** In URLs, by component, form, Python's `quote` and `quote_plus`, and as URLs of Go and JavaScript show a password. */
export function inUrls(text: string): string[] {
  const component = encodeURIComponent(text);
  // What JavaScript leaves and RFC 3986 reserves
  const strict = component.replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const spellings = [
    component,
    component.replaceAll('%2F', '/'),
    strict,
    strict.replaceAll('%2F', '/'),
    strict.replaceAll('%20', '+'),
    new URLSearchParams([['', text]]).toString().slice(1),
    encodeURI(text),
    strict.replace(/%(?:24|26|2B|2C|3B|3D)/g, decodeURIComponent),
    strict.replace(/%(?:24|26|2B|3A|3D|40)/g, decodeURIComponent),
    asPassword(text),
  ];
  return [
    ...spellings,
    ...spellings.map(spelling =>
      spelling.replace(/%[0-9A-F]{2}/g, code => code.toLowerCase()),
    ),
  ];
}

function asPassword(text: string): string {
  const url = new URL('http://host');
  url.password = text;
  return url.password;
}

/** As the value stands between quotes, as most writers of JSON do it and no more. */
export function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** What other writers of JSON escape: PHP, Python, Go, Gson and .NET, with digits in lower and upper case. */
export function inJsonOfOthers(text: string): string[] {
  const json = inJson(text);
  const ascii = escapeUnits(json, /[\u0080-\uffff]/g);
  const spellings = [
    json.replaceAll('/', '\\/'),
    ascii,
    ascii.replaceAll('/', '\\/'),
    escapeUnits(json, /[<>&\u2028\u2029]/g),
    escapeUnits(json, /[<>&='\u2028\u2029]/g),
    escapeUnits(
      json.replace(/\\./g, pair => (pair === '\\"' ? '\\u0022' : pair)),
      /[<>&'+`\u007f-\uffff]/g,
    ),
    // A line of a structured log that quotes JSON
    inJson(json),
  ];
  return [
    ...spellings,
    ...spellings.map(spelling =>
      spelling.replace(
        /\\u[0-9a-f]{4}/g,
        code => `\\u${code.slice(2).toUpperCase()}`,
      ),
    ),
  ];
}

function escapeUnits(text: string, units: RegExp): string {
  return text.replace(
    units,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Double and single quotes, as writers of XML and HTML leave or replace them. */
const XML_QUOTES = [
  ['"', "'"],
  ['&quot;', "'"],
  ['"', '&apos;'],
  ['&quot;', '&apos;'],
  ['&quot;', '&#39;'],
  ['&quot;', '&#x27;'],
  ['&#34;', '&#39;'],
];

/** In XML and HTML, as text and as an attribute, also where they are written in ASCII. */
export function inXml(text: string): string[] {
  const open = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const spellings = [open, open.replaceAll('>', '&gt;')].flatMap(spelling =>
    XML_QUOTES.map(([double, single]) =>
      spelling.replaceAll('"', double).replaceAll("'", single),
    ),
  );
  return [
    ...spellings,
    ...spellings.map(spelling =>
      spelling.replace(
        /[\u0080-\u{10ffff}]/gu,
        character => `&#${character.codePointAt(0)};`,
      ),
    ),
  ];
}

/** In a shell's quotes, such as `set -x`, `export -p` and `printf %q` write, in Python's `repr`, in SQL, YAML and CSV. */
export function inQuotes(text: string): string[] {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  const spellings = [
    escaped,
    escapeBytes(escaped, byte => `x${byte.toString(16)}`),
    escapeBytes(escaped, byte => byte.toString(8)),
  ];
  return [
    text.replaceAll("'", `'\\''`),
    text.replaceAll("'", `'"'"'`),
    text.replaceAll("'", "''"),
    text.replaceAll('"', '""'),
    text.replace(/["$`\\]/g, '\\$&'),
    text.replace(/^[#~]|[\t !"$&'()*,;<>?[\\\]^`{|}]/g, '\\$&'),
    ...spellings,
    ...spellings.map(spelling => spelling.replaceAll("'", "\\'")),
  ];
}

/** Each byte of what is not ASCII. */
function escapeBytes(text: string, spell: (byte: number) => string): string {
  return text.replace(/[\u0080-\uffff]+/g, units =>
    Array.from(Buffer.from(units), byte => `\\${spell(byte)}`).join(''),
  );
}
