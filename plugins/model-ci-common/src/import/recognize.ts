import type { ImportInput, ImportKind } from './types';

const NAMES: Array<[ImportKind, RegExp]> = [
  ['jenkins', /(?:^|[\\/])[^\\/]*jenkinsfile[^\\/]*$|\.(?:jenkins|groovy)$/i],
  ['travis', /(?:^|[\\/.])travis\.ya?ml$/i],
  ['gitlab', /(?:^|[\\/])[^\\/]*\.?gitlab-ci[^\\/]*\.ya?ml$/i],
  ['github', /(?:^|[\\/])\.github[\\/]workflows[\\/][^\\/]+\.ya?ml$/i],
];

/** In this order; each looks for what the others do not have. */
const CONTENTS: Array<[ImportKind, RegExp]> = [
  ['jenkins', /^[ \t]*(?:pipeline|node)\b[^\n:]{0,100}\{|^@Library\b/m],
  ['github', /^[ \t]+(?:runs-on|uses):|^[ \t]+-[ \t]+uses:/m],
  [
    'travis',
    /^(?:language|dist|sudo|install|before_install|after_success|matrix|addons|script):/m,
  ],
  [
    'gitlab',
    /^(?:stages|default|include|before_script|workflow):|^[ \t]+(?:script|extends|stage):/m,
  ],
];

/** What a file is, by its name, or else by what stands in it. */
export function recognize(input: ImportInput): ImportKind | undefined {
  const { kind, name = '', text } = input;
  const is = (patterns: Array<[ImportKind, RegExp]>, subject: string) =>
    patterns.find(([, pattern]) => pattern.test(subject))?.[0];
  return kind ?? is(NAMES, name.slice(-500)) ?? is(CONTENTS, text);
}
