import { EntityPipeline } from './common/EntityPipeline';
import { Deployments } from './Deployments';
import { Evaluations } from './Evaluations';
import { OverviewCard } from './OverviewCard';
import { RunsTab } from './RunsTab';
import { Tokens } from './Tokens';
import { Secrets } from './Secrets';

/** {@link OverviewCard} of the entity in sight. */
export function EntityModelPipelineCard() {
  return (
    <EntityPipeline>
      {pipelineRef => (
        <OverviewCard key={pipelineRef} pipelineRef={pipelineRef} />
      )}
    </EntityPipeline>
  );
}

/** {@link RunsTab} of the entity in sight. */
export function EntityModelRunsContent() {
  return (
    <EntityPipeline>
      {pipelineRef => <RunsTab key={pipelineRef} pipelineRef={pipelineRef} />}
    </EntityPipeline>
  );
}

/** {@link Evaluations} of the entity in sight. */
export function EntityModelEvaluationsContent() {
  return (
    <EntityPipeline>
      {pipelineRef => (
        <Evaluations key={pipelineRef} pipelineRef={pipelineRef} />
      )}
    </EntityPipeline>
  );
}

/** {@link Deployments} of the entity in sight. */
export function EntityModelDeploymentsContent() {
  return (
    <EntityPipeline>
      {pipelineRef => (
        <Deployments key={pipelineRef} pipelineRef={pipelineRef} />
      )}
    </EntityPipeline>
  );
}

/** {@link Tokens} of the entity in sight. */
export function EntityModelTokensContent() {
  return (
    <EntityPipeline>
      {pipelineRef => <Tokens key={pipelineRef} pipelineRef={pipelineRef} />}
    </EntityPipeline>
  );
}

/** {@link Secrets} of the entity in sight. */
export function EntityModelSecretsContent() {
  return (
    <EntityPipeline>
      {pipelineRef => <Secrets key={pipelineRef} pipelineRef={pipelineRef} />}
    </EntityPipeline>
  );
}
