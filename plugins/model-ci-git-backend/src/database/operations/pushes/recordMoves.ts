import type { Knex } from 'knex';
import type { AnnouncedHeadRow } from '../../tables';
import { insertEvents } from './insertEvents';
import type { BranchMove } from './events';

/** All steps of one branch since it was announced, oldest first; never empty. */
export interface BranchMoves {
  branch: string;
  announced: string | undefined;
  head: string | undefined;
  moves: BranchMove[];
}

export interface RecordMovesArgs {
  repository: string;
  moved: BranchMoves[];
  at: string;
}

/** Branches of one transaction. SQLite has one connection, which nobody else gets while it lasts. */
const BATCH = 100;
/** Rows of one statement: SQLite counts its parameters. */
const ROWS = 100;

/**
 * Notes where branches stand now together with the events that are owed for them. A branch must still stand where the
 * caller saw it announced: of two replicas that saw the same move, one records it. Answers the branches recorded here.
 */
export async function recordMoves(
  db: Knex,
  args: RecordMovesArgs,
): Promise<string[]> {
  const recorded: string[] = [];
  for (let from = 0; from < args.moved.length; from += BATCH) {
    const moved = args.moved.slice(from, from + BATCH);
    recorded.push(
      ...(await db.transaction(tx => recordBatch(tx, { ...args, moved }))),
    );
  }
  return recorded;
}

async function recordBatch(
  tx: Knex.Transaction,
  { repository, moved, at }: RecordMovesArgs,
): Promise<string[]> {
  const won = new Set(await insertHeads(tx, repository, moved));
  for (const each of moved) {
    if (
      each.announced !== undefined &&
      (await moveHead(tx, repository, each))
    ) {
      won.add(each.branch);
    }
  }
  const moves = moved
    .filter(({ branch }) => won.has(branch))
    .flatMap(own => own.moves);
  for (let from = 0; from < moves.length; from += ROWS) {
    const some = moves.slice(from, from + ROWS);
    await insertEvents(tx, { repository, events: some, at });
  }
  return [...won];
}

/** Notes branches that were never announced. Answers those that nobody else noted first. */
async function insertHeads(
  tx: Knex.Transaction,
  repository: string,
  moved: BranchMoves[],
): Promise<string[]> {
  const rows = moved
    .filter(({ announced }) => announced === undefined)
    .map(({ branch, head }) => ({ repository, branch, commit: head }));
  if (rows.length === 0) {
    return [];
  }
  const inserted = await tx<AnnouncedHeadRow>('announced_heads')
    .insert(rows)
    .onConflict(['repository', 'branch'])
    .ignore()
    .returning('branch');
  return inserted.map(({ branch }) => branch);
}

async function moveHead(
  tx: Knex.Transaction,
  repository: string,
  { branch, announced, head }: BranchMoves,
): Promise<boolean> {
  const seen = tx<AnnouncedHeadRow>('announced_heads').where({
    repository,
    branch,
    commit: announced,
  });
  const count =
    head === undefined
      ? await seen.delete()
      : await seen.update({ commit: head });
  return count === 1;
}
