import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { quote } from './ReportReader';

/**
 * The value of one line of JSON. With `unmeasured`, the numbers that Python writes and JSON does not know are null.
 */
export function parseLine(
  text: string,
  options: { unmeasured: 'refuse' | 'null' },
): { value: unknown } | { error: Reason } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return options.unmeasured === 'null' && /NaN|Infinity/.test(text)
      ? parseLine(withoutUnmeasured(text), { unmeasured: 'refuse' })
      : { error: whyNoJson(text) };
  }
}

/** Texts are left as they are: only what is not in double quotes is replaced. */
function withoutUnmeasured(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|[^"]+/g, part =>
    part.startsWith('"')
      ? part
      : `${part} `.replace(
          /(^|[:[,\s])(NaN|-?Infinity)(?=[,\]}\s])/g,
          '$1null',
        ),
  );
}

function whyNoJson(text: string): Reason {
  return /[:[,]\s*[-+]?(NaN|Infinity)\b/.test(text)
    ? reason('report.notFinite')
    : reason('report.notJson', { text: quote(text) });
}
