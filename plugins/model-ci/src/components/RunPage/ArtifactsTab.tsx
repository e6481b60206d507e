import { useState } from 'react';
import Button from '@material-ui/core/Button';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import FolderOpenIcon from '@material-ui/icons/FolderOpen';
import GetAppIcon from '@material-ui/icons/GetApp';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  Artifact,
  RunStage,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  EmptyState,
  ErrorNotice,
  useLanguage,
  useTableStyles,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { saveBlob } from '../../download';
import { formatBytes } from '../../format';
import { modelCiTranslationRef } from '../../translation';
import { FilesDialog } from '../Artifacts';
import { Digest } from '../common';

/** The files that a stage kept, to download. */
export function ArtifactsTab({ stage }: { stage: RunStage }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  if (stage.artifacts.length === 0) {
    return (
      <EmptyState
        title={t('run.artifacts.empty.title')}
        description={t('run.artifacts.empty.description')}
      />
    );
  }
  return <ArtifactsTable artifacts={stage.artifacts} />;
}

/** Artifacts with their digests, each to look into and to download. */
export function ArtifactsTable({ artifacts }: { artifacts: Artifact[] }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const language = useLanguage();
  const api = useApi(modelCiApiRef);
  const [browsed, browse] = useState<Artifact>();
  const download = useAction(async ({ name, digest }: Artifact) =>
    saveBlob(await api.downloadArtifact(digest), `${name}.tar`),
  );
  return (
    <div className={classes.scroll}>
      {download.error && (
        <ErrorNotice
          error={download.error}
          title={t('common.actionFailed')}
          onClose={download.reset}
        />
      )}
      <Table size="small" className={classes.table}>
        <caption>{t('run.artifacts.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('run.artifacts.column.name')}</TableCell>
            <TableCell>{t('run.artifacts.column.path')}</TableCell>
            <TableCell>{t('run.artifacts.column.size')}</TableCell>
            <TableCell>{t('run.artifacts.column.digest')}</TableCell>
            <TableCell align="right">
              {t('run.artifacts.column.actions')}
            </TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {artifacts.map(artifact => (
            <TableRow key={artifact.id}>
              <TableCell>{artifact.name}</TableCell>
              <TableCell className={classes.code}>{artifact.path}</TableCell>
              <TableCell className={classes.nowrap}>
                {formatBytes(artifact.size, language)}
              </TableCell>
              <TableCell>
                <Digest digest={artifact.digest} />
              </TableCell>
              <TableCell align="right" className={classes.nowrap}>
                <Button
                  size="small"
                  startIcon={<FolderOpenIcon />}
                  aria-label={t('files.browseLabel', { name: artifact.name })}
                  onClick={() => browse(artifact)}
                >
                  {t('files.browse')}
                </Button>
                <Button
                  size="small"
                  startIcon={<GetAppIcon />}
                  disabled={download.pending}
                  aria-label={t('run.artifacts.downloadLabel', {
                    name: artifact.name,
                  })}
                  onClick={() => download.run(artifact)}
                >
                  {t('run.artifacts.download')}
                </Button>
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {browsed && (
        <FilesDialog artifact={browsed} onClose={() => browse(undefined)} />
      )}
    </div>
  );
}
