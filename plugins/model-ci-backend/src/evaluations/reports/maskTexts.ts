import type { Masks } from '../../masking/Masks';

/**
 * Masks secrets in the texts and names of JSON that only escapes hide. What has no escape is as it was in the bytes, which
 * were masked before. One pass, however deep the values are nested.
 */
export function maskTexts(json: string, masks: Masks): string {
  if (!json.includes('\\')) {
    return json;
  }
  const parts: string[] = [];
  let from = 0;
  for (let start = json.indexOf('"'); start >= 0; ) {
    const end = endOfText(json, start);
    const text = json.slice(start, end);
    const masked = text.includes('\\') ? maskText(text, masks) : text;
    if (masked !== text) {
      parts.push(json.slice(from, start), masked);
      from = end;
    }
    start = json.indexOf('"', end);
  }
  parts.push(json.slice(from));
  return parts.join('');
}

/** Behind the quote that ends a text, or the end of all. */
function endOfText(json: string, start: number): number {
  let end = start + 1;
  while (end < json.length && json[end] !== '"') {
    end += json[end] === '\\' ? 2 : 1;
  }
  return end + 1;
}

function maskText(text: string, masks: Masks): string {
  let value: string;
  try {
    value = String(JSON.parse(text));
  } catch {
    // Whoever reads on says what is wrong with it
    return text;
  }
  const masked = masks.text(value);
  return masked === value ? text : JSON.stringify(masked);
}
