// What the HTTP interface accepts, and forms enforce while somebody types. Not configurable: people do not write longer reasons,
// and programs can page.

/** Characters of a reason that somebody gives. */
export const MAX_REASON_LENGTH = 1000;
/** Until a drained node has to be empty: a month. Whoever would wait longer sets no deadline. */
export const MAX_DRAIN_SECONDS = 31 * 24 * 3600;
/** Characters of a comment on a deployment. */
export const MAX_COMMENT_LENGTH = 2000;
/** Characters of a name that somebody gives to a token. */
export const MAX_TOKEN_NAME_LENGTH = 100;
/** Versions of one comparison. */
export const MAX_COMPARED_VERSIONS = 100;
/** Items of one page of a list. */
export const MAX_PAGE_ITEMS = 100;
