import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { malformed } from './ReportReader';
import { notUtf8 } from './utf8';

const DECLARATION_BYTES = 256;
/** Encodings in which no byte stands for an ASCII character alone. */
const WIDE = /^(utf-?16|utf-?32|ucs-?[24]|iso-10646-ucs-[24]|unicode)/;

/** Turns the bytes of an XML file into text, in the encoding that its declaration names; UTF-8 without one. */
export function createXmlDecoder(): {
  write(chunk: Buffer, line: () => number): string;
  end(line: () => number): string;
} {
  let head: Buffer | undefined = Buffer.alloc(0);
  let decoder: TextDecoder | undefined;
  let encoding = 'utf-8';

  const decode = (chunk: Buffer | undefined, line: () => number) => {
    try {
      return decoder!.decode(chunk, { stream: chunk !== undefined });
    } catch {
      if (encoding === 'utf-8') throw notUtf8({ line: line() });
      throw malformed(reason('report.otherEncoding', { encoding }), {
        line: line(),
      });
    }
  };
  const start = (bytes: Buffer, line: () => number) => {
    encoding = declaredEncoding(bytes);
    try {
      decoder = new TextDecoder(encoding, { fatal: true });
    } catch {
      throw malformed(reason('report.unknownEncoding', { encoding }), {
        line: 1,
      });
    }
    head = undefined;
    return decode(bytes, line);
  };

  return {
    write(chunk, line) {
      if (head === undefined) return decode(chunk, line);
      head = Buffer.concat([head, chunk]);
      return head.length < DECLARATION_BYTES ? '' : start(head, line);
    },
    end(line) {
      const rest = head === undefined ? '' : start(head, line);
      return rest + decode(undefined, line);
    },
  };
}

/** The encoding of a file that begins with these bytes. */
function declaredEncoding(bytes: Buffer): string {
  const start = bytes.toString('latin1', 0, 4);
  if (start.startsWith('\xff\xfe') || start === '<\0?\0') return 'utf-16le';
  if (start.startsWith('\xfe\xff') || start === '\0<\0?') return 'utf-16be';
  const declaration =
    /^(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.-]{0,39})["']/.exec(
      bytes.subarray(0, DECLARATION_BYTES).toString('latin1'),
    );
  const encoding = declaration ? declaration[1].toLowerCase() : 'utf-8';
  // Read byte by byte, the declaration cannot be in what it declares: .NET names the encoding of its strings in memory
  return WIDE.test(encoding) ? 'utf-8' : encoding;
}
