import type { ScmIntegrationRegistry } from '@backstage/integration';
import { z } from 'zod';
import {
  type HostRepository,
  type HostType,
  openRepository,
  RefusedError,
} from '../hosts';

/** Where comments of a request are, and in which words its host has them. */
interface Dialect {
  list(number: number): string;
  /** Of the page of a list, oldest first; absent where a list is one answer. */
  page?(page: number): string;
  one(number: number, id: string): string;
  edit: 'PATCH' | 'PUT';
  toBody(text: string): unknown;
}

const ofIssues: Dialect = {
  list: number => `/issues/${number}/comments`,
  one: (_, id) => `/issues/comments/${id}`,
  edit: 'PATCH',
  toBody: body => ({ body }),
};

/** Comments of one answer of a list, and answers that are looked through for a lost one. */
const PAGE = 50;
const MAX_PAGES = 20;
/** Of an answer with a page of comments. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

const DIALECTS: Record<HostType, Dialect> = {
  github: {
    ...ofIssues,
    page: page => `?per_page=${PAGE}&page=${page}`,
  },
  gitea: ofIssues,
  gitlab: {
    list: number => `/merge_requests/${number}/notes`,
    page: page => `?per_page=${PAGE}&page=${page}&order_by=created_at&sort=asc`,
    one: (number, id) => `/merge_requests/${number}/notes/${id}`,
    edit: 'PUT',
    toBody: body => ({ body }),
  },
  bitbucketCloud: {
    list: number => `/pullrequests/${number}/comments`,
    page: page => `?pagelen=${PAGE}&page=${page}&sort=created_on`,
    one: (number, id) => `/pullrequests/${number}/comments/${id}`,
    edit: 'PUT',
    toBody: raw => ({ content: { raw } }),
  },
};

const idSchema = z.union([z.string().min(1).max(64), z.number()]);
const commentSchema = z.object({ id: idSchema });
const listedSchema = z.object({
  id: idSchema,
  body: z.string().nullish(),
  content: z.object({ raw: z.string().nullish() }).nullish(),
  deleted: z.boolean().nullish(),
});
const listSchema = z.union([
  z.array(listedSchema),
  z.object({ values: z.array(listedSchema) }).transform(({ values }) => values),
]);

/** A comment as it is to be on its host. */
export interface RequestComment {
  sourceUrl: string;
  number: number;
  text: string;
  /** The host's id; absent where none is known. */
  id?: string;
  /** A line of the text that no other comment has; where given, a comment with it is looked for before one is added. */
  findBy?: string;
}

/**
 * Writes the comment of a pull request: edits the one that is there, or adds it. Answers its id; undefined where the host
 * takes none. Rejects with a `RefusedError` where asking again does not help.
 */
export async function writeComment(
  comment: RequestComment,
  integrations: ScmIntegrationRegistry,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { findBy, number, sourceUrl } = comment;
  const repository = await openRepository(sourceUrl, integrations, signal);
  if (!repository) {
    return undefined;
  }
  const dialect = DIALECTS[repository.type];
  const id =
    comment.id ??
    (findBy && (await findComment(repository, dialect, number, findBy)));
  const body = dialect.toBody(comment.text);
  if (id && (await edit(repository, dialect, { id, number, body }))) {
    return id;
  }
  const answer = await repository.send(dialect.list(number), {
    ...{ method: 'POST', body },
  });
  return String(commentSchema.parse(await readJson(answer)).id);
}

/** False where somebody has deleted it. */
async function edit(
  repository: HostRepository,
  dialect: Dialect,
  { body, id, number }: { body: unknown; id: string; number: number },
): Promise<boolean> {
  try {
    const path = dialect.one(number, encodeURIComponent(id));
    const method = dialect.edit;
    const response = await repository.send(path, { method, body });
    await response.body?.cancel();
    return true;
  } catch (error) {
    const isGone =
      error instanceof RefusedError &&
      (error.answer === 404 || error.answer === 410);
    if (isGone) {
      return false;
    }
    throw error;
  }
}

/** The oldest comment that has the line: whoever copies it comes later. */
async function findComment(
  repository: HostRepository,
  dialect: Dialect,
  number: number,
  line: string,
): Promise<string | undefined> {
  for (let page = 1; page <= MAX_PAGES; page++) {
    const answer = await repository.send(
      `${dialect.list(number)}${dialect.page?.(page) ?? ''}`,
      { method: 'GET' },
    );
    const comments = listSchema.parse(await readJson(answer));
    const found = comments.find(
      ({ body, content, deleted }) =>
        !deleted && (body ?? content?.raw ?? '').includes(line),
    );
    if (found) {
      return String(found.id);
    }
    if (!dialect.page || comments.length < PAGE) {
      return undefined;
    }
  }
  return undefined;
}

async function readJson(response: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) {
      throw new Error(`the answer has more than ${MAX_ANSWER_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
