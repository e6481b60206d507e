/**
 * Faults of old objects that harm nobody. Programs of the past wrote them into histories that are still in use, and the
 * large public hosts take them; whoever pushes could not mend them without changing every commit after them. Everything
 * else that git's check finds stays an error, above all what attacks whoever checks a commit out: names such as
 * `.git` and `..`, links and paths in `.gitmodules`, trees that are not in order.
 */
const HARMLESS = [
  'badDate',
  'badDateOverflow',
  'badEmail',
  'badName',
  'badTimezone',
  'missingEmail',
  'missingNameBeforeEmail',
  'missingSpaceBeforeDate',
  'missingSpaceBeforeEmail',
  'multipleAuthors',
  'nulInCommit',
  'zeroPaddedDate',
  'zeroPaddedFilemode',
];

/** How pushed objects are checked. */
export const FSCK_CONFIG: Array<[key: string, value: string]> = [
  ['receive.fsckObjects', 'true'],
  ...HARMLESS.map((id): [string, string] => [`receive.fsck.${id}`, 'warn']),
];
