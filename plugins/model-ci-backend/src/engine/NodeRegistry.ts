import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Executor } from '@model-ci/backstage-plugin-model-ci-node';
import { describeError } from '../describeError';
import type { PlacementNode } from '../planning/placement';
import { withinTime } from '../withinTime';

/** A look at the nodes waits for the slowest executor, and others are lost where there is none for long. */
const INVENTORY_TIMEOUT_MS = 30_000;

/** What the executors last said of their nodes. */
export class NodeRegistry {
  private readonly known = new Map<string, PlacementNode[]>();

  constructor(
    private readonly options: {
      executors: ReadonlyMap<string, Executor>;
      logger: LoggerService;
      /** Called when a node came, went, changed its size or its health. */
      onChange(): void;
    },
  ) {}

  /** The executors that are registered here. */
  executors(): string[] {
    return [...this.options.executors.keys()];
  }

  nodes(): PlacementNode[] {
    const nodes = new Map<string, PlacementNode>();
    for (const executor of this.executors()) {
      for (const node of this.known.get(executor) ?? []) {
        // A second node of the same name could not be distinguished from the first.
        if (!nodes.has(node.name)) {
          nodes.set(node.name, node);
        }
      }
    }
    return [...nodes.values()];
  }

  isCluster(name: string): boolean {
    return this.nodes().some(
      node => node.name === name && node.scheduling === 'cluster',
    );
  }

  /** Asks the executors, unless they have answered before. */
  async ensureKnown(): Promise<void> {
    if (this.executors().some(executor => !this.known.has(executor))) {
      await this.refresh();
    }
  }

  /** Asks every executor; one that is slow keeps nobody else waiting. */
  async refresh(): Promise<void> {
    await Promise.all(
      this.executors().map(async executor => {
        const before = this.known.get(executor);
        const nodes = await this.ask(executor, before ?? []);
        this.known.set(executor, nodes);
        this.warnOfDoubles(nodes, executor);
        if (JSON.stringify(before) !== JSON.stringify(nodes)) {
          this.options.onChange();
        }
      }),
    );
  }

  private async ask(
    type: string,
    before: PlacementNode[],
  ): Promise<PlacementNode[]> {
    try {
      const nodes = await withinTime(
        this.options.executors.get(type)!.inventory(),
        INVENTORY_TIMEOUT_MS,
      );
      if (!nodes) {
        throw new Error(
          `executor ${type} has not listed its nodes within ${
            INVENTORY_TIMEOUT_MS / 1000
          } seconds`,
        );
      }
      return nodes.map(node => ({ ...node, executor: type }));
    } catch (error) {
      return before.map(node => ({
        ...node,
        health: 'unreachable' as const,
        message: describeError(error),
      }));
    }
  }

  private warnOfDoubles(nodes: PlacementNode[], executor: string): void {
    for (const { name } of nodes) {
      if (
        this.nodes().find(node => node.name === name)?.executor !== executor
      ) {
        this.options.logger.error(
          `Node '${name}' of executor ${executor} has the name of another executor's node and is not used; give it another name under modelCi.executors.${executor}`,
        );
      }
    }
  }
}
