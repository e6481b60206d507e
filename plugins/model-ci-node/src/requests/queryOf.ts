import { invalidRequest } from './invalidRequest';

/**
 * The parameters of a URL, each as text, or as a list where it is repeated. Express leaves out some names, such as
 * `__proto__`, and makes objects of others; an error is only reported if nothing is left out.
 */
export function queryOf(url: string): Map<string, string | string[]> {
  const values = new Map<string, string | string[]>();
  const text = /\?(.*)$/s.exec(url)?.[1] ?? '';
  for (const pair of text.split('&').filter(Boolean)) {
    const [name, ...rest] = pair.split('=');
    const key = decode(name, name);
    const value = decode(rest.join('='), key);
    const before = values.get(key);
    values.set(key, before === undefined ? value : [before, value].flat());
  }
  return values;
}

function decode(text: string, name: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidRequest('query', name, 'must be percent-encoded UTF-8');
  }
}
