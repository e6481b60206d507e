import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Masks } from '../../masking/Masks';
import { maskTexts } from './maskTexts';
import { quote } from './ReportReader';

/** What numbers become that Python writes and JSON does not know: an error, null, or NaN. */
type Unmeasured = 'refuse' | 'null' | 'nan';

/** Marks them in JSON; no report holds it by chance, and one that does harms only itself. */
const NOT_A_NUMBER = '\ue000not a number\ue000';

/** The value of one line of JSON. Secrets that escapes hid are masked in its texts and names. */
export function parseLine(
  line: string,
  options: { unmeasured: Unmeasured; masks: Masks },
): { value: unknown } | { error: Reason } {
  const { unmeasured, masks } = options;
  const text = maskTexts(line, masks);
  try {
    return { value: JSON.parse(text) };
  } catch {
    return unmeasured !== 'refuse' && /NaN|Infinity/.test(text)
      ? parseUnmeasured(text, unmeasured)
      : { error: whyNoJson(text) };
  }
}

function parseUnmeasured(
  text: string,
  unmeasured: Exclude<Unmeasured, 'refuse'>,
): { value: unknown } | { error: Reason } {
  const isNull = unmeasured === 'null';
  const marked = markUnmeasured(
    text,
    isNull ? 'null' : JSON.stringify(NOT_A_NUMBER),
  );
  try {
    return {
      value: isNull
        ? JSON.parse(marked)
        : JSON.parse(marked, (_, value) =>
            value === NOT_A_NUMBER ? NaN : value,
          ),
    };
  } catch {
    return { error: whyNoJson(text) };
  }
}

/**
 * Texts are left as they are: only what is not in double quotes is replaced. A text that does not end is taken to the end
 * of the line, so that none is begun again at each quote within it.
 */
function markUnmeasured(text: string, mark: string): string {
  return text.replace(/"[^"\\]*(?:\\[^][^"\\]*)*(?:"|\\?$)|[^"]+/g, part =>
    part.startsWith('"')
      ? part
      : `${part} `.replace(
          /(^|[:[,\s])(NaN|-?Infinity)(?=[,\]}\s])/g,
          `$1${mark}`,
        ),
  );
}

function whyNoJson(text: string): Reason {
  return /[:[,]\s*[-+]?(NaN|Infinity)\b/.test(text)
    ? reason('report.notFinite')
    : reason('report.notJson', { text: quote(text) });
}
