import { ConflictError, NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import {
  checkPipelineDefinition,
  isReservedSecret,
  MAX_SECRET_NAME,
  type PipelineSecrets,
  reason,
  type Reason,
  type Secret,
  SECRET_NAME_PATTERN,
  type SecretInput,
  type SecretPlace,
  type SecretUse,
} from '@model-ci/backstage-plugin-model-ci-common';
import { invalidRequest } from '@model-ci/backstage-plugin-model-ci-node';
import {
  listSecrets,
  type ListedSecret,
} from '../database/operations/secrets/listSecrets';
import {
  allowPipeline,
  deleteSecret,
  disallowPipeline,
  findSecretId,
  setSecret,
  type SecretKey,
} from '../database/operations/secrets/setSecret';
import type { PipelineRow } from '../database/tables/pipelines';
import { withReason } from '../withReason';
import { findValueProblem } from './checkValue';
import type { SecretSettings } from './config';
import { placeOfSecret } from './places';
import { reencrypt, type Reencrypted } from './reencrypt';

/** A pipeline whose source is known: secrets are bound to that. */
export type SecretPipeline = Pick<
  PipelineRow,
  'ref' | 'owner_ref' | 'source_identity' | 'definition'
>;

/** Sets, deletes and lists secrets. Who may do so is decided before. Values go in, and never out. */
export class SecretService {
  constructor(
    private readonly options: SecretSettings & {
      db: Knex;
      /** Names of the environments of deployments. */
      environments: readonly string[];
      now(): number;
    },
  ) {}

  async list(
    pipeline: SecretPipeline,
  ): Promise<Omit<PipelineSecrets, 'canWrite' | 'canWriteOwner'>> {
    const { db, sealer, vaults, environments } = this.options;
    const rows = await listSecrets(db, {
      pipelineRef: pipeline.ref,
      ownerRef: pipeline.owner_ref,
      source: pipeline.source_identity,
    });
    return {
      items: rows.map(toSecret),
      isReady: sealer.keyId !== undefined,
      owner: pipeline.owner_ref,
      environments: [...environments],
      vaults: [...vaults.keys()],
      usedBy: readUses(pipeline),
    };
  }

  /** Sets a secret, or replaces the one that is there. */
  async set(
    pipeline: SecretPipeline,
    name: string,
    input: SecretInput,
    by: string,
  ): Promise<void> {
    const { db, sealer, now } = this.options;
    const key = this.keyOf(pipeline, name, input);
    const badName = findNameProblem(name);
    if (badName) {
      throw invalidRequest('path', 'secret', badName);
    }
    this.demandValid(input);
    if (sealer.keyId === undefined) {
      throw withReason(ConflictError, reason('secret.noKey'));
    }
    await setSecret(db, {
      key,
      content: id =>
        'vault' in input
          ? { vault: input.vault, key_id: null, sealed: null }
          : {
              vault: null,
              ...sealer.seal(input.value, placeOfSecret({ id, ...key })),
            },
      pipelineRef: pipeline.ref,
      source: sourceOf(pipeline),
      by,
      at: new Date(now()).toISOString(),
    });
  }

  /** What was given of it stays with whoever runs. */
  async delete(
    pipeline: SecretPipeline,
    name: string,
    place: SecretPlace,
  ): Promise<void> {
    const key = this.keyOf(pipeline, name, place);
    if (!(await deleteSecret(this.options.db, key))) {
      throw withReason(NotFoundError, reason('secret.noSuch', { name }));
    }
  }

  /** Lets a pipeline use a secret of its owner, or no longer. */
  async release(
    pipeline: SecretPipeline,
    name: string,
    isAllowed: boolean,
  ): Promise<void> {
    const { db } = this.options;
    const key = this.keyOf(pipeline, name, { scope: 'owner' });
    const secretId = await findSecretId(db, key);
    if (secretId === undefined) {
      throw withReason(NotFoundError, reason('secret.noSuch', { name }));
    }
    const pipelineRef = pipeline.ref;
    if (isAllowed) {
      const source = sourceOf(pipeline);
      await allowPipeline(db, { secretId, pipelineRef, source });
    } else {
      await disallowPipeline(db, { secretId, pipelineRef });
    }
  }

  async reencrypt(): Promise<Reencrypted> {
    return await reencrypt(this.options.db, this.options.sealer);
  }

  private keyOf(
    pipeline: SecretPipeline,
    name: string,
    { scope, environment }: SecretPlace,
  ): SecretKey {
    return {
      scope,
      subject: scope === 'owner' ? pipeline.owner_ref : pipeline.ref,
      environment: scope === 'environment' ? environment ?? '' : '',
      name,
    };
  }

  private demandValid(input: SecretInput): void {
    const { vaults, environments } = this.options;
    const { environment = '' } = input;
    if (input.scope === 'environment' && !environments.includes(environment)) {
      throw invalidRequest(
        'body',
        'environment',
        reason('secret.noEnvironment', { environment }),
      );
    }
    if ('vault' in input) {
      const { vault } = input;
      if (!vaults.has(vault)) {
        throw invalidRequest(
          'body',
          'vault',
          reason('secret.noVault', { vault }),
        );
      }
      return;
    }
    const problem = findValueProblem(input.value);
    if (problem) {
      throw invalidRequest('body', 'value', problem);
    }
  }
}

function sourceOf({ ref, source_identity: source }: SecretPipeline): string {
  if (source === null) {
    throw withReason(
      ConflictError,
      reason('secret.noSource', { pipeline: ref }),
    );
  }
  return source;
}

function findNameProblem(name: string): Reason | undefined {
  if (name.length > MAX_SECRET_NAME || !SECRET_NAME_PATTERN.test(name)) {
    return reason('secret.badName', { max: MAX_SECRET_NAME });
  }
  return isReservedSecret(name)
    ? reason('secret.reservedName', { name })
    : undefined;
}

function toSecret(row: ListedSecret): Secret {
  return {
    name: row.name,
    scope: row.scope,
    ...(row.scope === 'environment' && { environment: row.environment }),
    ...(row.scope === 'owner' && { owner: row.subject }),
    ...(row.vault !== null && { vault: row.vault }),
    isAllowed: row.isAllowed,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  };
}

/** What the definition of the default branch asks for; nothing where it cannot be read. */
function readUses({ definition }: SecretPipeline): Record<string, SecretUse> {
  const checked = checkPipelineDefinition(
    definition === null ? undefined : JSON.parse(definition),
  );
  if (!('definition' in checked)) {
    return {};
  }
  const { stages, serving } = checked.definition;
  const uses = new Map<string, SecretUse>();
  const use = (name: string) => {
    const found = uses.get(name) ?? { stages: [], serving: false };
    uses.set(name, found);
    return found;
  };
  for (const [stage, { secrets }] of Object.entries(stages)) {
    secrets.forEach(name => use(name).stages.push(stage));
  }
  serving?.secrets.forEach(name => {
    use(name).serving = true;
  });
  return Object.fromEntries(uses);
}
