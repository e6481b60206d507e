import { EntityPipeline } from './common/EntityPipeline';
import { Deployments } from './Deployments';
import { Evaluations } from './Evaluations';
import { OverviewCard } from './OverviewCard';
import { RunsTab } from './RunsTab';
import { Settings } from './Settings';

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

/** {@link Settings} of the entity in sight. */
export function EntityModelSettingsContent() {
  return (
    <EntityPipeline>
      {pipelineRef => <Settings key={pipelineRef} pipelineRef={pipelineRef} />}
    </EntityPipeline>
  );
}
