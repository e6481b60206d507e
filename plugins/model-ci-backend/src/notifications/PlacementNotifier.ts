import type { LoggerService } from '@backstage/backend-plugin-api';
import { parseEntityRef } from '@backstage/catalog-model';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { Knex } from 'knex';
import {
  stageKey,
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { listDemands } from '../database/operations/attempts/listDemands';
import { listHeads } from '../database/operations/attempts/listHeads';
import { listUnnotifiedAttempts } from '../database/operations/notices/listUnnotifiedAttempts';
import { listUnnotifiedDeployments } from '../database/operations/notices/listUnnotifiedDeployments';
import {
  type NoticeSubject,
  recordNotices,
} from '../database/operations/notices/recordNotices';
import { listRunsById } from '../database/operations/runs/listRunsById';
import { listStagesById } from '../database/operations/stages/listStagesById';
import type { NodeRegistry } from '../engine/NodeRegistry';
import { type Demand, fitsNoNode, Placement } from '../planning/placement';
import { readReason } from '../database/storedReason';
import { deliver, type OwedNotice } from './deliver';

/** Of one check; the next one goes on. */
const MAX_ATTEMPTS = 500;
const MAX_DEPLOYMENTS = 100;
/** Of one run, in a notification; the run's page has them all. */
const SHOWN_STAGES = 20;

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
  recipient: string;
  payload: OwedNotice['payload'];
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
    await deliver(
      notices.map(notice => this.#owe(notice)),
      this.#options,
    );
  }

  #owe({ subject, ids, recipient, payload }: Notice): OwedNotice {
    const { db } = this.#options;
    return {
      recipient,
      payload,
      record: () =>
        recordNotices(db, { subject, ids, at: new Date().toISOString() }),
    };
  }

  /** Why no node matches, for each demand that none matches; as much work for one attempt that waits as for a thousand. */
  async #findUnmatched(): Promise<Map<string, Reason>> {
    const { db, nodes } = this.#options;
    const known = nodes.nodes();
    const demands = await listDemands(db);
    const heads = await listHeads(db, { demands, perDemand: 1 });
    // What is free of a node matters to none of them.
    const placement = new Placement(nodes.executors(), known, new Map());
    return new Map(
      heads.flatMap(({ demand, demandKey }) => {
        const placed =
          demand && fitsNoNode(demand, known) && placement.place(demand);
        return placed && placed.type === 'waits'
          ? [[demandKey, placed.reason] as const]
          : [];
      }),
    );
  }

  async #findStages(): Promise<Notice[]> {
    const { db } = this.#options;
    const unmatched = await this.#findUnmatched();
    const stuck = await listUnnotifiedAttempts(db, {
      demands: [...unmatched.keys()],
      limit: MAX_ATTEMPTS,
    });
    const runIds = [...new Set(stuck.map(({ runId }) => runId))];
    if (runIds.length === 0) {
      return [];
    }
    const runs = await listRunsById(db, { runIds });
    const stages = await listStagesById(db, {
      stageIds: stuck.map(({ stageId }) => stageId),
    });
    const byStage = new Map(stuck.map(attempt => [attempt.stageId, attempt]));
    return runs.map(run => {
      // In the order of the definition.
      const own = stages.flatMap(({ id: stageId, run_id, name, instance }) => {
        const attempt = run_id === run.id ? byStage.get(stageId) : undefined;
        const why = attempt && unmatched.get(attempt.demandKey);
        return attempt && why
          ? [{ id: attempt.id, name: stageKey(name, instance), reason: why }]
          : [];
      });
      return {
        subject: 'attempt_id',
        ids: own.map(({ id }) => id),
        recipient: run.created_by,
        payload: {
          title: reason('notice.runUnplaced', {
            number: run.number,
            pipeline: nameOf(run.pipeline_ref),
          }),
          description: reason('notice.keepsWaiting', {
            problem: joined(own),
          }),
          link: `/model-ci/runs/${run.id}`,
          severity: 'high',
          topic: 'Model CI runs',
          scope: `model-ci:run-placement:${run.id}`,
        },
      };
    });
  }

  async #findDeployments(): Promise<Notice[]> {
    const { db, nodes } = this.#options;
    const rows = await listUnnotifiedDeployments(db, {
      limit: MAX_DEPLOYMENTS,
    });
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
              recipient: row.created_by,
              payload: {
                title: reason('notice.deploymentUnplaced', {
                  version: row.version,
                  pipeline: name,
                  environment: row.environment,
                }),
                description: reason('notice.keepsWaiting', {
                  problem: readReason(row.reason) ?? reason('notice.tooSmall'),
                }),
                link: `/catalog/${namespace}/${kind}/${name}`,
                severity: 'high' as const,
                topic: 'Model CI deployments',
                scope: `model-ci:deployment-placement:${row.id}`,
              },
            },
          ]
        : [];
    });
  }
}

/** What each of the first stages waits for, one after the other, and how many more there are. */
function joined(stages: Array<{ name: string; reason: Reason }>): Reason {
  const shown = stages
    .slice(0, SHOWN_STAGES)
    .map(({ name, reason: problem }) =>
      reason('notice.ofStage', { stage: name, problem }),
    );
  const more = stages.length - shown.length;
  return [
    ...shown,
    ...(more > 0 ? [reason('more', { count: more })] : []),
  ].reduce((first, rest) => reason('notice.severalStages', { first, rest }));
}

function nameOf(pipelineRef: string): string {
  return parseEntityRef(pipelineRef).name;
}
