import { useTheme } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { PipelineSummary } from '@model-ci/backstage-plugin-model-ci-common';
import { useTableStyles } from '@model-ci/backstage-plugin-model-ci-react';
import { HEALTH_TONES, toneColor } from '../../status';
import { modelCiTranslationRef } from '../../translation';
import { VersionLink } from './VersionLink';

/** Which version of a pipeline serves in which environment, and how healthy it is. */
export function ServedVersions(props: {
  pipelineRef: string;
  deployed: PipelineSummary['deployed'];
}) {
  const { pipelineRef, deployed } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const theme = useTheme();
  if (deployed.length === 0) {
    return <span className={classes.muted}>{t('pipelines.notServing')}</span>;
  }
  return (
    <>
      {deployed.map(({ environment, version, health }) => (
        <div key={environment} className={classes.nowrap}>
          <span
            role="img"
            aria-label={t(`health.${health}`)}
            title={t(`health.${health}`)}
            style={{ color: toneColor(theme, HEALTH_TONES[health]) }}
          >
            ●
          </span>{' '}
          {environment}{' '}
          <span className={classes.muted}>
            <VersionLink pipelineRef={pipelineRef} version={version} />
          </span>
        </div>
      ))}
    </>
  );
}
