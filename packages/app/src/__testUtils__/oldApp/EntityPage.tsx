import Grid from '@material-ui/core/Grid';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  EntityAboutCard,
  EntityLayout,
  EntitySwitch,
} from '@backstage/plugin-catalog';
import {
  EntityModelDeploymentsContent,
  EntityModelEvaluationsContent,
  EntityModelPipelineCard,
  EntityModelRunsContent,
  EntityModelSettingsContent,
  isModelPipelineAvailable,
  modelCiTranslationRef,
} from '@model-ci/backstage-plugin-model-ci/legacy';

/** Of pipelines and models; a component, so that the tabs are called in the user's language. */
function ModelPage() {
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (
    <EntityLayout>
      <EntityLayout.Route path="/" title="Overview">
        <Grid container spacing={3}>
          <Grid item md={6}>
            <EntityModelPipelineCard />
          </Grid>
          <Grid item md={6}>
            <EntityAboutCard />
          </Grid>
        </Grid>
      </EntityLayout.Route>
      <EntityLayout.Route path="/runs" title={t('runs.title')}>
        <EntityModelRunsContent />
      </EntityLayout.Route>
      <EntityLayout.Route path="/evaluations" title={t('evaluations.title')}>
        <EntityModelEvaluationsContent />
      </EntityLayout.Route>
      <EntityLayout.Route path="/deployments" title={t('deployments.title')}>
        <EntityModelDeploymentsContent />
      </EntityLayout.Route>
      <EntityLayout.Route path="/settings" title={t('settings.title')}>
        <EntityModelSettingsContent />
      </EntityLayout.Route>
    </EntityLayout>
  );
}

const defaultPage = (
  <EntityLayout>
    <EntityLayout.Route path="/" title="Overview">
      <EntityAboutCard />
    </EntityLayout.Route>
  </EntityLayout>
);

export const entityPage = (
  <EntitySwitch>
    <EntitySwitch.Case if={isModelPipelineAvailable}>
      <ModelPage />
    </EntitySwitch.Case>
    <EntitySwitch.Case>{defaultPage}</EntitySwitch.Case>
  </EntitySwitch>
);
