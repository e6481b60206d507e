import type { NodeInfo } from '@model-ci/backstage-plugin-model-ci-node';
import { z } from 'zod';
import type { Client } from './client/Client';
import { computersSchema, labelSchema } from './client/schemas';
import type { LabelNode } from './config';

type Computer = z.infer<typeof computersSchema>['computer'][number];

const COMPUTERS = {
  tree: 'computer[displayName,offline,offlineCauseReason]',
};
const LABEL = { tree: 'nodes[nodeName],busyExecutors,totalExecutors' };

/** The label expressions of one controller, each as a node. */
export async function readNodes(
  client: Pick<Client, 'get'>,
  controller: string,
  nodes: LabelNode[],
): Promise<NodeInfo[]> {
  try {
    const computers = await client.get(
      'computer/api/json',
      computersSchema,
      COMPUTERS,
    );
    return await Promise.all(
      nodes.map(node =>
        readNode(client, controller, node, computers?.computer ?? []),
      ),
    );
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const message = `Jenkins '${controller}' does not answer: ${said}`;
    return nodes.map(node => ({
      ...describe(controller, node),
      health: 'unreachable',
      message,
    }));
  }
}

async function readNode(
  client: Pick<Client, 'get'>,
  controller: string,
  node: LabelNode,
  computers: Computer[],
): Promise<NodeInfo> {
  const info = describe(controller, node);
  if (node.label === '') {
    return { ...info, ...conditionOf(computers, node) };
  }
  const label = await client.get(
    `label/${encodeURIComponent(node.label)}/api/json`,
    labelSchema,
    LABEL,
  );
  const names = (label?.nodes ?? []).map(({ nodeName }) => nodeName);
  const agents = computers.filter(({ displayName }) =>
    names.includes(displayName),
  );
  return {
    ...info,
    ...conditionOf(agents, node, label),
  };
}

/** Executors that are busy are no fault: builds wait for them. */
function conditionOf(
  agents: Computer[],
  { label }: LabelNode,
  executors?: { busyExecutors: number; totalExecutors: number },
): Pick<NodeInfo, 'health' | 'message'> {
  const offline = agents
    .filter(agent => agent.offline)
    .map(({ displayName, offlineCauseReason }) =>
      offlineCauseReason
        ? `${displayName} is offline (${offlineCauseReason})`
        : `${displayName} is offline`,
    );
  const what = label === '' ? 'agents' : `agents with the label '${label}'`;
  if (agents.length === 0) {
    return {
      health: 'healthy',
      message: `Jenkins has no ${what} now: builds wait until one comes`,
    };
  }
  if (offline.length === 0) {
    return { health: 'healthy' };
  }
  const free =
    executors === undefined
      ? ''
      : `, ${executors.totalExecutors - executors.busyExecutors} of ${
          executors.totalExecutors
        } executors free`;
  return {
    health: offline.length === agents.length ? 'unreachable' : 'healthy',
    message: `${offline.join('; ')}${free}`,
  };
}

function describe(
  controller: string,
  { name, label, nodeLabels, maxSubmitted, capacity }: LabelNode,
): Omit<NodeInfo, 'health'> {
  return {
    name,
    scheduling: 'cluster',
    ...(maxSubmitted !== undefined && { maxSubmitted }),
    labels: { controller, label, ...nodeLabels },
    capacity: {
      cpus: capacity.cpus,
      memoryBytes: capacity.memory,
      gpus: capacity.gpus,
    },
  };
}
