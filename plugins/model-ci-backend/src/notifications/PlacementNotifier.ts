import type { LoggerService } from '@backstage/backend-plugin-api';
import { parseEntityRef } from '@backstage/catalog-model';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { Knex } from 'knex';
import {
  stageKey,
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { listUnplaced } from '../database/operations/deployments/listUnplaced';
import { listUnnotified } from '../database/operations/notices/listUnnotified';
import {
  type NoticeSubject,
  recordNotices,
} from '../database/operations/notices/recordNotices';
import { listRunsById } from '../database/operations/runs/listRunsById';
import { listStages } from '../database/operations/stages/listStages';
import type { NodeRegistry } from '../engine/NodeRegistry';
import { type Demand, fitsNoNode } from '../planning/placement';
import { readReason } from '../database/storedReason';
import { explainQueue } from '../runs/explainQueue';
import { deliver, type OwedNotice } from './deliver';

const MAX_DEPLOYMENTS = 100;

export interface PlacementNotifierOptions {
  db: Knex;
  nodes: Pick<NodeRegistry, 'executors' | 'nodes'>;
  notifications: NotificationService;
  logger: LoggerService;
}

/** Something that waits in vain, of which its starter is to be notified. */
interface Notice {
  subject: NoticeSubject;
  ids: string[];
  createdBy: string;
  payload(ids: string[]): OwedNotice['payload'];
}

/**
 * Notifies whoever started a run or a deployment that no node matches it as the nodes are now: once for each stage and
 * each deployment, whichever replica does it.
 */
export class PlacementNotifier {
  readonly #options: PlacementNotifierOptions;

  constructor(options: PlacementNotifierOptions) {
    this.#options = options;
  }

  /** Single step: notifies of what came to wait in vain since the last one. */
  async check(): Promise<void> {
    const notices = [
      ...(await this.#findStages()),
      ...(await this.#findDeployments()),
    ];
    const owed: OwedNotice[] = [];
    for (const notice of notices) {
      if (notice.createdBy.startsWith('user:')) {
        owed.push(...(await this.#owe(notice)));
      }
    }
    await deliver(owed, this.#options);
  }

  async #owe({
    subject,
    ids,
    createdBy,
    payload,
  }: Notice): Promise<OwedNotice[]> {
    const { db } = this.#options;
    const unnotified = await listUnnotified(db, { subject, ids });
    return unnotified.length === 0
      ? []
      : [
          {
            recipient: createdBy,
            payload: payload(unnotified),
            record: () =>
              recordNotices(db, {
                subject,
                ids: unnotified,
                at: new Date().toISOString(),
              }),
          },
        ];
  }

  async #findStages(): Promise<Notice[]> {
    const { db, nodes } = this.#options;
    const known = nodes.nodes();
    const stuck = (await explainQueue(db, nodes)).filter(
      ({ demand }) => demand && fitsNoNode(demand, known),
    );
    const runIds = [...new Set(stuck.map(({ runId }) => runId))];
    if (runIds.length === 0) {
      return [];
    }
    const runs = await listRunsById(db, { runIds });
    const stages = await listStages(db, { runIds, withInstances: true });
    const byStage = new Map(stuck.map(entry => [entry.stageId, entry]));
    return runs.map(run => {
      // In the order of the definition.
      const own = stages.flatMap(({ id: stageId, run_id, name, instance }) => {
        const entry = run_id === run.id ? byStage.get(stageId) : undefined;
        return entry ? [{ ...entry, name: stageKey(name, instance) }] : [];
      });
      return {
        subject: 'attempt_id',
        ids: own.map(({ id }) => id),
        createdBy: run.created_by,
        payload: ids => ({
          title: reason('notice.runUnplaced', {
            number: run.number,
            pipeline: nameOf(run.pipeline_ref),
          }),
          description: reason('notice.keepsWaiting', {
            problem: joined(own.filter(({ id }) => ids.includes(id))),
          }),
          link: `/model-ci/runs/${run.id}`,
          severity: 'normal',
          topic: 'Model CI runs',
          scope: `model-ci:run-placement:${run.id}`,
        }),
      };
    });
  }

  async #findDeployments(): Promise<Notice[]> {
    const { db, nodes } = this.#options;
    const rows = await listUnplaced(db, { limit: MAX_DEPLOYMENTS });
    return rows.flatMap(row => {
      const { namespace, kind, name } = parseEntityRef(row.pipeline_ref);
      const demand: Demand = {
        executor: row.executor,
        nodeSelector: {},
        cpus: row.cpus,
        memoryBytes: Number(row.memory_bytes),
        gpus: row.gpus,
      };
      const allowed = nodes
        .nodes()
        .filter(node => row.node === null || node.name === row.node);
      return fitsNoNode(demand, allowed)
        ? [
            {
              subject: 'deployment_id' as const,
              ids: [row.id],
              createdBy: row.created_by,
              payload: () => ({
                title: reason('notice.deploymentUnplaced', {
                  version: row.version,
                  pipeline: name,
                  environment: row.environment,
                }),
                description: reason('notice.keepsWaiting', {
                  problem: readReason(row.reason) ?? reason('notice.tooSmall'),
                }),
                link: `/catalog/${namespace}/${kind}/${name}`,
                severity: 'normal' as const,
                topic: 'Model CI deployments',
                scope: `model-ci:deployment-placement:${row.id}`,
              }),
            },
          ]
        : [];
    });
  }
}

/** What each stage waits for, one after the other. */
function joined(stages: Array<{ name: string; reason: Reason }>): Reason {
  return stages
    .map(({ name, reason: problem }) =>
      reason('notice.ofStage', { stage: name, problem }),
    )
    .reduce((first, rest) => reason('notice.severalStages', { first, rest }));
}

function nameOf(pipelineRef: string): string {
  return parseEntityRef(pipelineRef).name;
}
