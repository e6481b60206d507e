import { reason } from '../reasons';
import type { Findings } from './Findings';
import { childOf, entriesIn, show, textOf, type Tree } from './yamlTree';

/** A mapping of variables, of which a value may be a mapping with its description. */
export function readVariables(
  tree: Tree | undefined,
  env: Record<string, string>,
  where: string,
  findings: Findings,
  toValue: (text: string) => string | undefined = text => text,
): void {
  for (const { key, offset, value } of entriesIn(tree)) {
    const text = textOf(value) ?? textOf(childOf(value, 'value'));
    const isEmpty = value.kind === 'scalar' && value.value === null;
    const known = toValue(text ?? '');
    if (!/^[A-Za-z_]\w*$/.test(key) || (text === undefined && !isEmpty)) {
      findings.left(offset, show(key, value), reason('import.unknown'));
    } else if (known === undefined) {
      const remedy = reason('import.remedySecret', { variable: key });
      findings.left(offset, show(key, value), reason('import.secret'), remedy);
    } else {
      env[key] = known;
      const name = `${where}.env.${key}`;
      findings.carried(
        offset,
        show(key, value),
        reason('import.became', { key: name }),
      );
    }
  }
}

/** An image without variables; others are reported. */
export function readImage(
  tree: Tree,
  target: { image?: string },
  where: string,
  findings: Findings,
  toName: (text: string) => string = text => text,
): void {
  const written =
    textOf(tree) ?? textOf(childOf(tree, 'name') ?? childOf(tree, 'image'));
  const image = written === undefined ? undefined : toName(written);
  const key = `${where}.image`;
  if (image && /^[\w./:@-]+$/.test(image)) {
    target.image = image;
    findings.carried(
      tree.offset,
      `image: ${image}`,
      reason('import.became', { key }),
    );
  } else {
    findings.left(
      tree.offset,
      show('image', tree),
      reason('import.imageName'),
      reason('import.remedyImageName', { key }),
    );
  }
  const others = entriesIn(tree).filter(
    entry => entry.key !== 'name' && entry.key !== 'image',
  );
  for (const { key: option, offset, value } of others) {
    const why = reason('import.containerOption');
    findings.left(offset, show(option, value), why);
  }
}

const UNITS: Array<[RegExp, number]> = [
  [/(\d{1,6})\s{0,5}d(?:ays?)?(?![a-z])/i, 86_400],
  [/(\d{1,6})\s{0,5}h(?:ours?|rs?)?(?![a-z])/i, 3600],
  [/(\d{1,6})\s{0,5}m(?:in(?:ute)?s?)?(?![a-z])/i, 60],
  [/(\d{1,6})\s{0,5}s(?:ec(?:ond)?s?)?(?![a-z])/i, 1],
];

/** `1 hour 30 minutes`, `1h 30m` or `3600` as the definition writes it. */
export function toDuration(text: string): string | undefined {
  if (/^\d{1,7}$/.test(text)) {
    return `${Number(text)}s`;
  }
  const seconds = UNITS.reduce(
    (sum, [pattern, size]) =>
      sum + Number(pattern.exec(text.slice(0, 100))?.[1] ?? 0) * size,
    0,
  );
  if (seconds === 0) {
    return undefined;
  }
  const [hours, minutes] = [
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
  ];
  return [
    hours > 0 ? `${hours}h` : '',
    minutes > 0 ? `${minutes}m` : '',
    seconds % 60 > 0 ? `${seconds % 60}s` : '',
  ].join('');
}

/** `key: why nobody misses it`, and what is left of the rest. */
export interface KnownKey {
  outcome: 'carried' | 'left';
  reason: ReturnType<typeof reason>;
  remedy?: ReturnType<typeof reason>;
}

/** Reports a key that becomes nothing. */
export function reportKey(
  known: Record<string, KnownKey>,
  entry: { key: string; offset: number; value: Tree },
  findings: Findings,
): void {
  const { key, offset, value } = entry;
  const report = Object.hasOwn(known, key) ? known[key] : undefined;
  if (report?.outcome === 'carried') {
    findings.carried(offset, show(key, value), report.reason);
  } else {
    const why = report?.reason ?? reason('import.unknown');
    findings.left(offset, show(key, value), why, report?.remedy);
  }
}

export function nothingLost(why: KnownKey['reason']): KnownKey {
  return { outcome: 'carried', reason: why };
}

export function lost(
  why: KnownKey['reason'],
  remedy?: KnownKey['reason'],
): KnownKey {
  return { outcome: 'left', reason: why, remedy };
}

/** Puts in variables whose values the file says. */
export function expand(text: string, env: Record<string, string>): string {
  return text.replace(/\$\{?([A-Za-z_]\w*)\}?/g, (written, name: string) =>
    Object.hasOwn(env, name) ? env[name] : written,
  );
}
