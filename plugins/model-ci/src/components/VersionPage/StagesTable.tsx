import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  EXTERNAL_EXECUTOR,
  type LineageStage,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useTableStyles } from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { BuiltImageText, Digest, Duration, StatusBadge } from '../common';

/** Where each stage ran, in which image, and with which parameters. */
export function StagesTable({ stages }: { stages: LineageStage[] }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('version.stages.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('version.stages.stage')}</TableCell>
            <TableCell>{t('version.stages.where')}</TableCell>
            <TableCell>{t('version.stages.image')}</TableCell>
            <TableCell>{t('version.stages.parameters')}</TableCell>
            <TableCell>{t('version.stages.duration')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {stages.map(stage => (
            <StageRow
              key={JSON.stringify([stage.name, stage.instance])}
              stage={stage}
            />
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

function StageRow({ stage }: { stage: LineageStage }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const { title, name, instance, node, executor } = stage;
  return (
    <TableRow>
      <TableCell className={classes.nowrap}>
        <StatusBadge status={stage.status} iconOnly /> {title ?? name}
        {instance !== undefined && (
          <div className={classes.muted}>{instance}</div>
        )}
      </TableCell>
      <TableCell className={classes.nowrap}>
        {node ?? '–'}
        {executor !== undefined && (
          <div className={classes.muted}>
            {executor === EXTERNAL_EXECUTOR ? t('run.external') : executor}
          </div>
        )}
      </TableCell>
      <TableCell>
        <Image stage={stage} />
      </TableCell>
      <TableCell className={classes.code}>
        {Object.entries(stage.parameters).map(([key, value]) => (
          <div key={key}>
            {key}={value}
          </div>
        ))}
      </TableCell>
      <TableCell className={classes.nowrap}>
        <Duration
          startedAt={stage.startedAt}
          finishedAt={stage.finishedAt}
          waited={stage.waited}
        />
      </TableCell>
    </TableRow>
  );
}

/** What it ran in, by digest where that is known: a tag may mean another image by now. */
function Image({
  stage: { image, imageName, builtImage },
}: {
  stage: LineageStage;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  if (builtImage) {
    return (
      <>
        {t('version.stages.built')} <BuiltImageText image={builtImage} />
      </>
    );
  }
  if (image) {
    return (
      <>
        <div title={image.reference}>{imageName}</div>
        <Digest digest={image.id} />
      </>
    );
  }
  return <span className={classes.muted}>{t('version.stages.noImage')}</span>;
}
