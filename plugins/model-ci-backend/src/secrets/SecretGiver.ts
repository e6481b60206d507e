import { createHash } from 'node:crypto';
import { parseEntityRef } from '@backstage/catalog-model';
import { NotAllowedError } from '@backstage/errors';
import type { Knex } from 'knex';
import {
  reason,
  type Reason,
  type SecretScope,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  findUsableSecrets,
  type UsableSecret,
} from '../database/operations/secrets/findUsableSecrets';
import {
  listGiven,
  recordFetch,
  recordGivenToAttempt,
  recordGivenToService,
} from '../database/operations/secrets/givenSecrets';
import type { RunRow } from '../database/tables/runs';
import type { GivenSecretRow } from '../database/tables/secrets';
import { describeError } from '../describeError';
import { findValueProblem } from './checkValue';
import { placeOfGiven, placeOfSecret } from './places';
import { UnsealError } from './Sealer';
import type { SecretSettings } from './config';

/** Bytes that all secrets of a stage or service have together: engines take no more of an environment. */
const MAX_BYTES = 256 * 1024;

/** The first of them counts. */
const PRECEDENCE: SecretScope[] = ['environment', 'pipeline', 'owner'];

export type SecretValues = Record<string, string>;

export type Given =
  | { type: 'given'; values: SecretValues }
  | { type: 'refused'; reason: Reason };

/** Who asks for secrets. */
export interface SecretRequest {
  /** Of the attempt or service. */
  holderId: string;
  /** Whose definition asks for them. */
  runId: string;
  pipelineRef: string;
  /** Of the deployment; absent for a stage. */
  environment?: string;
  names: string[];
}

/**
 * Gives attempts and services their secrets, once each: what was given is kept, encrypted, as long as its holder may still
 * run, so that a start that is repeated gives the same, and whoever takes over knows what to mask.
 */
export class SecretGiver {
  constructor(
    private readonly options: SecretSettings & {
      db: Knex;
      /** The repository and folder of a source's URL. */
      identify(sourceUrl: string): string;
      now(): number;
    },
  ) {}

  /**
   * Gives an attempt its secrets, before it is submitted for the first time. Rejects where a vault does not answer: then it
   * is worth another try.
   */
  async giveToAttempt(
    request: SecretRequest & { ticket: string },
  ): Promise<Given> {
    const { db } = this.options;
    const { holderId: attemptId, ticket } = request;
    return await this.give(request, rows =>
      recordGivenToAttempt(db, { attemptId, ticket, rows }),
    );
  }

  /** As {@link giveToAttempt}, for a service that is about to be started. */
  async giveToService(request: SecretRequest): Promise<Given> {
    return await this.give(request, rows =>
      recordGivenToService(this.options.db, rows),
    );
  }

  /** What a holder was given; undefined where nothing was. Rejects where it cannot be decrypted: nothing may go on then. */
  async recall(holderId: string): Promise<SecretValues | undefined> {
    const rows = await listGiven(this.options.db, { holderId });
    return rows.length > 0 ? this.open(rows) : undefined;
  }

  /** What an attempt fetches for itself, once: rejects with `NotAllowedError` for whoever is not the first to ask. */
  async handOver(attemptId: string, fetcher: string): Promise<SecretValues> {
    const fetchedBy = createHash('sha256').update(fetcher).digest('hex');
    const args = { holderId: attemptId, fetchedBy };
    const values = (await recordFetch(this.options.db, args))
      ? await this.recall(attemptId)
      : undefined;
    if (!values) {
      throw new NotAllowedError(
        'The secrets of this attempt were fetched before, or it has none',
      );
    }
    return values;
  }

  private async give(
    request: SecretRequest,
    record: (rows: GivenSecretRow[]) => Promise<void>,
  ): Promise<Given> {
    const before = await this.recall(request.holderId);
    if (before) {
      return { type: 'given', values: before };
    }
    try {
      const found = await this.find(request);
      if (found.type === 'refused') {
        return found;
      }
      await record(this.seal(request.holderId, found.values));
    } catch (error) {
      if (error instanceof UnsealError) {
        return { type: 'refused', reason: error.reason };
      }
      throw error;
    }
    // Somebody else may have been faster; then what they noted counts.
    const values = await this.recall(request.holderId);
    if (!values) {
      throw new Error(`What ${request.holderId} was given is gone`);
    }
    return { type: 'given', values };
  }

  private async find(request: SecretRequest): Promise<Given> {
    const { db, sealer } = this.options;
    if (sealer.keyId === undefined) {
      return refused(reason('secret.noKey'));
    }
    const run = await db<RunRow>('runs')
      .where({ id: request.runId })
      .first('source_url', 'is_untrusted');
    if (!run || run.is_untrusted) {
      return refused(reason('secret.untrusted'));
    }
    const source = this.options.identify(run.source_url);
    const usable = await findUsableSecrets(db, request);
    const chosen = choose(usable.filter(secret => secret.source === source));
    const missing = request.names.filter(name => !chosen.has(name));
    if (missing.length > 0) {
      return refused(
        reason('secret.missing', {
          names: missing.join(', '),
        }),
      );
    }
    return await this.read(request, [...chosen.values()]);
  }

  private async read(
    request: SecretRequest,
    secrets: UsableSecret[],
  ): Promise<Given> {
    const values: SecretValues = {};
    for (const secret of secrets) {
      const { name, vault } = secret;
      if (vault === null) {
        values[name] = this.openOwn(secret);
        continue;
      }
      const read = await this.readVault(request, secret, vault);
      if (typeof read !== 'string') {
        return refused(read);
      }
      values[name] = read;
    }
    const size = Object.values(values).reduce(
      (sum, value) => sum + Buffer.byteLength(value),
      0,
    );
    return size > MAX_BYTES
      ? refused(
          reason('secret.tooLarge', {
            size: { bytes: size },
            max: { bytes: MAX_BYTES },
          }),
        )
      : { type: 'given', values };
  }

  private async readVault(
    { pipelineRef }: SecretRequest,
    { name, scope, environment }: UsableSecret,
    vaultName: string,
  ): Promise<string | Reason> {
    const vault = this.options.vaults.get(vaultName);
    if (!vault) {
      return reason('secret.vaultUnknown', { name, vault: vaultName });
    }
    const entity = parseEntityRef(pipelineRef);
    const subject = {
      namespace: entity.namespace,
      name: entity.name,
      ...(scope === 'environment' && { environment }),
    };
    let value: string | undefined;
    try {
      value = (await vault.read(subject, [name])).get(name);
    } catch (error) {
      const why = reason('secret.vaultAway', {
        vault: vaultName,
        error: describeError(error),
      });
      throw new Error(why.text, { cause: error });
    }
    if (value === undefined) {
      const place = vault.placeOf(subject);
      return reason('secret.notInVault', { vault: vaultName, name, place });
    }
    const problem = findValueProblem(value);
    return problem
      ? reason('secret.notMaskable', { vault: vaultName, name, why: problem })
      : value;
  }

  private openOwn(secret: UsableSecret): string {
    const { key_id, sealed, name } = secret;
    if (key_id === null || sealed === null) {
      throw new UnsealError(reason('secret.damaged', { name }));
    }
    const place = placeOfSecret(secret);
    return this.options.sealer.open({ key_id, sealed }, place, name);
  }

  private seal(holderId: string, values: SecretValues): GivenSecretRow[] {
    const { sealer, now } = this.options;
    return Object.entries(values).map(([name, value]) => {
      const row = { holder_id: holderId, name };
      return {
        ...row,
        ...sealer.seal(value, placeOfGiven(row)),
        given_at: new Date(now()).toISOString(),
      };
    });
  }

  private open(rows: GivenSecretRow[]): SecretValues {
    return Object.fromEntries(
      rows.map(row => [
        row.name,
        this.options.sealer.open(row, placeOfGiven(row), row.name),
      ]),
    );
  }
}

function refused(why: Reason): Given {
  return { type: 'refused', reason: why };
}

/** One of each name, by the precedence of scopes. */
function choose(secrets: UsableSecret[]): Map<string, UsableSecret> {
  const inOrder = PRECEDENCE.flatMap(scope =>
    secrets.filter(secret => secret.scope === scope),
  );
  const chosen = new Map<string, UsableSecret>();
  for (const secret of inOrder) {
    if (!chosen.has(secret.name)) {
      chosen.set(secret.name, secret);
    }
  }
  return chosen;
}
