import {
  resolvePackagePath,
  type DatabaseService,
} from '@backstage/backend-plugin-api';
import { ConflictError } from '@backstage/errors';
import { openMigrated } from '@model-ci/backstage-plugin-model-ci-node';
import type { Knex } from 'knex';

interface ProcessNodeRow {
  name: string;
  directory_id: string;
  hostname: string;
  directory: string;
  seen_at: string;
}

/** Whoever works there renews the claim this often. */
export const RENEWAL_MS = 30_000;
// Not configurable: several renewals, so that no slow database gives a node away whose attempts are running
const ABANDONED_AFTER_MS = 5 * 60_000;

/** Brings the table of nodes up to date, beside those of the plugin. */
export async function migrateProcessNodes(
  database: DatabaseService,
): Promise<Knex> {
  return await openMigrated(database, {
    directory: resolvePackagePath(
      '@model-ci/backstage-plugin-model-ci-backend-module-process',
      'migrations',
    ),
    tableName: 'process_knex_migrations',
  });
}

/**
 * The right to a node's name among all backends that share the database. The folder has it, not the process, so that
 * several backends of one machine may work on one folder.
 */
export class NodeClaim {
  constructor(
    private readonly knex: Knex,
    private readonly node: Omit<ProcessNodeRow, 'seen_at'>,
    private readonly now: () => number,
  ) {}

  /** Claims the name; rejects while another folder has it. */
  async take(): Promise<void> {
    const seen_at = this.timestamp();
    await this.rows()
      .insert({ ...this.node, seen_at })
      .onConflict('name')
      .ignore();
    const row = await this.rows().where({ name: this.node.name }).first();
    if (!row) {
      throw new Error(`The claim of node '${this.node.name}' was removed`);
    }
    if (!this.mayTake(row)) {
      throw new ConflictError(nodeTaken(row));
    }
    const changed = await this.rows()
      .where({ name: row.name, directory_id: row.directory_id })
      .update({ ...this.node, seen_at });
    if (changed !== 1) {
      throw new ConflictError(nodeTaken(row));
    }
  }

  /** Keeps the name; answers whether it is still this folder's. */
  async renew(): Promise<boolean> {
    const { name, directory_id } = this.node;
    const changed = await this.rows()
      .where({ name, directory_id })
      .update({ seen_at: this.timestamp() });
    return changed === 1;
  }

  private mayTake(row: ProcessNodeRow): boolean {
    const { directory_id, hostname, directory } = this.node;
    return (
      row.directory_id === directory_id ||
      // The same place, emptied: nothing of what it held is there to be found
      (row.hostname === hostname && row.directory === directory) ||
      this.now() - Date.parse(row.seen_at) > ABANDONED_AFTER_MS
    );
  }

  private rows() {
    return this.knex<ProcessNodeRow>('process_nodes');
  }

  private timestamp(): string {
    return new Date(this.now()).toISOString();
  }
}

/** Why a name cannot be had. */
function nodeTaken({ name, hostname, directory, seen_at }: ProcessNodeRow) {
  return `Node '${name}' is the folder ${directory} of the machine '${hostname}', where a backend worked at ${seen_at}. Give this machine's node a name of its own under modelCi.executors.process.node.name; if that backend is gone for good, the name is free ${
    ABANDONED_AFTER_MS / 60_000
  } minutes after that time`;
}
