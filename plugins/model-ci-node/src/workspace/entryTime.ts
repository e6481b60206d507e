/**
 * The modification time of everything in a stored archive, and of all that is delivered into a workspace. One for
 * all, so that the same files always have the same digest; and so that what an attempt has written, whose files
 * have other times, is separated from what it was given.
 *
 * Not configurable, since digests depend on it. Later than 1980 in every time zone, because zip knows no time before
 * that, and no time that another tool stands for "no time" with (1970-01-01, 1980-01-01, npm's 1985-10-26):
 * a build that sets such a time has still written its files.
 */
export const ENTRY_TIME = new Date('1983-07-19T05:23:46Z');

/** Whether a file still has the time that it was delivered with; archives know whole seconds. */
export function hasEntryTime(mtime: Date): boolean {
  return Math.floor(mtime.getTime() / 1000) * 1000 === ENTRY_TIME.getTime();
}
